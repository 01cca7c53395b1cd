import { nearest } from '../../model/nearest.js';
import { choiceHint, quoted } from '../value-words.js';
import { headerElements, type SrgsElement, srgsElements, srgsNamespace } from './srgs-elements.js';
import type { TextFinding } from './text-finding.js';
import type { XmlElement } from './xml-element.js';

/** What an element may hold, and what is wrong with where it stands. Without a model it is passed over. */
export interface ElementPlace {
  readonly model?: SrgsElement;
  readonly finding?: TextFinding;
}

interface Parent {
  readonly element: XmlElement;
  readonly model: SrgsElement | undefined;
}

/** Looks an element up in the content model; `parent` is undefined for the root, `afterRule` says whether a rule was before. */
export function placeOfElement(element: XmlElement, parent: Parent | undefined, afterRule: boolean): ElementPlace {
  if (parent === undefined) return placeOfRoot(element);
  const { model: outer } = parent;
  if (outer === undefined) return {};
  const { name, local, uri, offset } = element;
  if (uri !== srgsNamespace) return outer.open === true ? {} : { finding: foreign(element) };
  const model = srgsElements.get(local);
  if (model === undefined) {
    const hint = choiceHint(nearest(local, srgsElements.keys()), outer.children, 'Possible here');
    return {
      finding: { code: 'unknown-element', offset, message: `${quoted(name)} is not an element of SRGS 1.0.`, hint },
    };
  }
  const finding = misplaced(element, parent.element, outer, afterRule);
  return { model, ...(finding !== undefined && { finding }) };
}

function placeOfRoot({ name, local, uri, offset }: XmlElement): ElementPlace {
  const model = srgsElements.get('grammar');
  if (local === 'grammar' && uri === srgsNamespace && model !== undefined) return { model };
  const hint = `Write <grammar xmlns="${srgsNamespace}" version="1.0" xml:lang="…" root="…">.`;
  if (local !== 'grammar') {
    return {
      finding: { code: 'not-a-grammar', offset, message: `The root element is ${quoted(name)}, not grammar.`, hint },
    };
  }
  const message = `<grammar> is in ${namespace(uri)}, not in that of SRGS.`;
  return { finding: { code: 'not-a-grammar', offset, message, hint } };
}

function foreign({ name, uri, offset }: XmlElement): TextFinding {
  const message = `${quoted(name)} is in ${namespace(uri)}, not in that of SRGS.`;
  const hint = 'Elements of other namespaces belong into <metadata>. Nothing is ever included or fetched.';
  return { code: 'unknown-element', offset, message, hint };
}

function misplaced(
  { local, offset }: XmlElement,
  { local: outside }: XmlElement,
  { children }: SrgsElement,
  afterRule: boolean,
): TextFinding | undefined {
  const finding = (message: string, hint: string) => ({ code: 'misplaced-element', offset, message, hint });
  if (!children.includes(local)) {
    const hint = children.length === 0 ? `<${outside}> holds no elements.` : `Possible here: ${children.join(', ')}.`;
    return finding(`<${local}> can’t stand in <${outside}>.`, hint);
  }
  if (outside !== 'grammar' || !afterRule || !headerElements.includes(local)) return undefined;
  return finding(`<${local}> can’t stand after a rule.`, 'Move it before the first <rule>.');
}

function namespace(uri: string): string {
  return uri === '' ? 'no namespace' : `the namespace ${quoted(uri)}`;
}
