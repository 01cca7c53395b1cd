import { readXml } from './read-xml.js';
import { attributeFindings } from './srgs-attributes.js';
import type { SrgsElement } from './srgs-elements.js';
import { placeOfElement } from './srgs-place.js';
import { SrgsRules } from './srgs-rules.js';
import type { TextFinding } from './text-finding.js';
import type { XmlElement } from './xml-element.js';

/** More than anybody reads of one file. */
const maxFindings = 50;

/** An element that is open. */
interface Frame {
  readonly element: XmlElement;
  /** What it may hold; undefined where it is passed over with all that is in it. */
  readonly model: SrgsElement | undefined;
  /** Whether it has held nothing yet that a caller could say. */
  isEmpty: boolean;
}

/**
 * What is wrong with a grammar in the XML form of SRGS 1.0, in the order of the text; at most 50 findings, and one that
 * says so. A pure function: documents that the grammar names, a DOCTYPE's among them, are never fetched. The caller
 * bounds the text (1 MiB, docs/security.md).
 */
export function checkSrgs(text: string): TextFinding[] {
  const findings: TextFinding[] = [];
  const rules = new SrgsRules(text);
  const frames: Frame[] = [];
  let isComplete = true;
  const fault = readXml(text, {
    open(element) {
      const parent = frames.at(-1);
      const { model, finding } = placeOfElement(element, parent, !rules.isEmpty);
      if (finding !== undefined) findings.push(finding);
      // Examples are none of what a rule says.
      if (parent !== undefined && element.local !== 'example') parent.isEmpty = false;
      frames.push({ element, model, isEmpty: true });
      if (model !== undefined)
        findings.push(...attributeFindings(text, element, model, maxFindings), ...rules.see(element));
      // In what is not a grammar at all, nothing else is worth a word.
      isComplete = findings.length < maxFindings && (parent !== undefined || model !== undefined);
      return isComplete ? undefined : 'stop';
    },
    close() {
      const frame = frames.pop();
      if (frame?.model !== undefined && frame.isEmpty) findings.push(...emptyFinding(frame.element));
    },
    text(offset) {
      const parent = frames.at(-1);
      if (parent === undefined) return;
      parent.isEmpty = false;
      if (parent.model !== undefined && parent.model.text !== true) findings.push(textFinding(parent.element, offset));
    },
  });
  if (fault !== undefined) findings.push(fault);
  else if (isComplete) findings.push(...rules.unknown(maxFindings));
  return cut(findings.toSorted((a, b) => a.offset - b.offset));
}

function emptyFinding({ local, offset }: XmlElement): TextFinding[] {
  const finding = (message: string, hint: string) => [{ code: 'empty-element', offset, message, hint }];
  if (local === 'one-of') return finding('<one-of> has no items.', 'Add an <item> for each alternative.');
  if (local !== 'rule') return [];
  return finding('The rule is empty.', 'Say what it matches. To match nothing at all: <ruleref special="NULL"/>');
}

function textFinding({ local }: XmlElement, offset: number): TextFinding {
  const hint = local === 'one-of' ? 'Put it into an <item>.' : 'Words belong into a <rule>.';
  return { code: 'misplaced-text', offset, message: `<${local}> can’t hold text.`, hint };
}

function cut(findings: readonly TextFinding[]): TextFinding[] {
  const offset = findings[maxFindings - 1]?.offset;
  if (offset === undefined) return [...findings];
  const message = `The grammar has ${maxFindings} problems up to here; the rest of it is not shown.`;
  return [...findings.slice(0, maxFindings), { code: 'too-many-problems', offset, message }];
}
