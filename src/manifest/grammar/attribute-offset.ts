import type { XmlElement } from './xml-element.js';

/** The offset of an attribute's name, or of its value inside the quotes, in the text of a well-formed start tag. */
export function attributeOffset(text: string, element: XmlElement, attribute: string, part: 'name' | 'value'): number {
  const pattern = /\s+([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')/y;
  pattern.lastIndex = element.offset + 1 + element.name.length;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const [whole, name = ''] = found;
    if (name !== attribute) continue;
    const inside = part === 'name' ? whole.indexOf(name) : (/["']/.exec(whole)?.index ?? 0);
    return found.index + inside + (part === 'name' ? 0 : 1);
  }
  return element.offset;
}
