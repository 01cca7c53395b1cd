import { nearest } from '../../model/nearest.js';
import { choiceHint, quoted } from '../value-words.js';
import { attributeOffset } from './attribute-offset.js';
import type { SrgsElement } from './srgs-elements.js';
import { language } from './srgs-values.js';
import type { TextFinding } from './text-finding.js';
import type { XmlAttribute, XmlElement } from './xml-element.js';

const namespaceOfXml = 'http://www.w3.org/XML/1998/namespace';

const missingHints: ReadonlyMap<string, string> = new Map([
  ['version', 'Add version="1.0".'],
  ['xml:lang', 'Add the language of its words, for example xml:lang="en-US"; a grammar of keys has mode="dtmf".'],
]);

/** What is wrong with the attributes of an element, by itself, at most `limit`; `text` is what its offset is in. */
export function attributeFindings(text: string, element: XmlElement, model: SrgsElement, limit: number): TextFinding[] {
  const findings: TextFinding[] = [];
  for (const attribute of element.attributes) {
    // Each of them is looked for in the tag, which may be a file long.
    if (findings.length >= limit) return findings;
    findings.push(...findingsOf(text, element, model, attribute));
  }
  const absent = required(element, model).filter((name) => valueOf(element, name) === undefined);
  findings.push(...absent.map((name) => missing(element, name)));
  return model.exactlyOne === undefined ? findings : [...findings, ...exactlyOne(element, model.exactlyOne)];
}

/** The value of an attribute; undefined where the element has none of that name. */
export function valueOf({ attributes }: XmlElement, name: string): string | undefined {
  return attributes.find((attribute) => attribute.name === name)?.value;
}

/** Attributes of other namespaces may say what they like. */
function findingsOf(
  text: string,
  element: XmlElement,
  model: SrgsElement,
  { name, local, uri, value }: XmlAttribute,
): TextFinding[] {
  const isLanguage = uri === namespaceOfXml && local === 'lang';
  if (uri !== '' && !isLanguage) return [];
  if (!isLanguage && !Object.hasOwn(model.attributes, name)) {
    const known = [...Object.keys(model.attributes), 'xml:lang'];
    const meant = name === 'lang' ? 'xml:lang' : nearest(name, known);
    return [
      {
        code: 'unknown-attribute',
        offset: attributeOffset(text, element, name, 'name'),
        message: `${quoted(name)} is not an attribute of <${element.local}>.`,
        hint: choiceHint(meant, known, 'Possible here'),
      },
    ];
  }
  const fault = (isLanguage ? language : model.attributes[name])?.(value);
  if (fault === undefined) return [];
  const offset = attributeOffset(text, element, name, 'value');
  return [{ code: 'invalid-value', offset, message: `${name} ${fault.message}`, hint: fault.hint }];
}

function required(element: XmlElement, { required: names = [] }: SrgsElement): readonly string[] {
  return element.local === 'grammar' && valueOf(element, 'mode') !== 'dtmf' ? [...names, 'xml:lang'] : names;
}

function missing({ local, offset }: XmlElement, name: string): TextFinding {
  const hint = missingHints.get(name) ?? `Add ${name}="…".`;
  return { code: 'missing-attribute', offset, message: `<${local}> has no ${name}.`, hint };
}

function exactlyOne(element: XmlElement, [one, other]: readonly [string, string]): TextFinding[] {
  const { local, offset } = element;
  const has = (name: string) => valueOf(element, name) !== undefined;
  const hint = 'Write exactly one of them.';
  if (has(one) && has(other)) {
    return [{ code: 'too-many-attributes', offset, message: `<${local}> has both ${one} and ${other}.`, hint }];
  }
  if (has(one) || has(other)) return [];
  return [{ code: 'missing-attribute', offset, message: `<${local}> has neither ${one} nor ${other}.`, hint }];
}
