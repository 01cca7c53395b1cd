/**
 * What keeps `text` from being a well-formed XML document whose root is `grammar`, or undefined. It looks at tags
 * only (no entities, no attributes' rules): enough to refuse a cut or mistyped file. Takes linear time.
 */
export function grxmlFault(text: string): string | undefined {
  const open: string[] = [];
  let root: string | undefined;
  let at = 0;
  for (;;) {
    const start = text.indexOf('<', at);
    const between = text.slice(at, start < 0 ? text.length : start);
    if (open.length === 0 && between.replace(/^\uFEFF/, '').trim() !== '') return 'has text outside its root element';
    if (start < 0) break;
    const markup = markupAt(text, start);
    if (markup === undefined) return `has markup that does not end, at character ${start}`;
    at = markup.end;
    if (markup.kind === 'other') continue;
    if (markup.kind === 'close') {
      const expected = open.pop();
      if (markup.name !== expected) return `closes <${markup.name}> where <${expected ?? 'nothing'}> is open`;
      continue;
    }
    if (open.length === 0 && root !== undefined) return 'has two root elements';
    root ??= markup.name;
    if (markup.kind === 'open') open.push(markup.name);
  }
  if (root !== 'grammar') return root === undefined ? 'has no element' : `has the root <${root}>, not <grammar>`;
  return open.length === 0 ? undefined : `does not close <${open.at(-1)}>`;
}

interface Markup {
  kind: 'open' | 'close' | 'empty' | 'other';
  name: string;
  end: number;
}

function markupAt(text: string, start: number): Markup | undefined {
  for (const [opening, closing] of SECTIONS) {
    if (!text.startsWith(opening, start)) continue;
    const end = text.indexOf(closing, start + opening.length);
    return end < 0 ? undefined : { kind: 'other', name: '', end: end + closing.length };
  }
  TAG.lastIndex = start;
  const tag = TAG.exec(text);
  if (tag === null) return undefined;
  const kind = tag[1] === '/' ? 'close' : tag[3] === '/' ? 'empty' : 'open';
  return { kind, name: tag[2] ?? '', end: TAG.lastIndex };
}

const SECTIONS = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!DOCTYPE', '>'],
] as const;

/** A start, end or empty-element tag; quoted attribute values may hold `>`. */
const TAG = /<(\/?)([A-Za-z_:][\w:.-]*)(?:\s(?:[^<>"'/]|"[^"<]*"|'[^'<]*'|\/(?!>))*)?(\/?)>/y;
