import { nearest } from '../../model/nearest.js';
import { quoted } from '../value-words.js';
import { attributeOffset } from './attribute-offset.js';
import { valueOf } from './srgs-attributes.js';
import { ruleName } from './srgs-values.js';
import type { TextFinding } from './text-finding.js';
import type { XmlElement } from './xml-element.js';

/** A name that must be one of the grammar's rules, and the attribute that it is in. */
interface RuleUse {
  readonly id: string;
  readonly element: XmlElement;
  readonly attribute: 'root' | 'uri';
}

/** So many names are looked through for one that was meant. */
const maxCandidates = 1000;

/** The rules of a grammar and who names them. Other files that rules are in are not looked into. */
export class SrgsRules {
  private readonly text: string;
  private readonly ids = new Set<string>();
  private readonly uses: RuleUse[] = [];

  /** `text` is what the offsets of the elements are in. */
  constructor(text: string) {
    this.text = text;
  }

  get isEmpty(): boolean {
    return this.ids.size === 0;
  }

  /** Notes what an element defines or names; a second rule of one id is a finding. */
  see(element: XmlElement): TextFinding[] {
    const value = (name: string) => valueOf(element, name) ?? '';
    const { local } = element;
    if (local === 'grammar' && ruleName(value('root')) === undefined) {
      this.uses.push({ id: value('root'), element, attribute: 'root' });
    }
    if (local === 'ruleref' && /^#./.test(value('uri'))) {
      this.uses.push({ id: value('uri').slice(1), element, attribute: 'uri' });
    }
    if (local !== 'rule') return [];
    const id = value('id');
    const isTaken = this.ids.has(id) && id !== '';
    this.ids.add(id);
    return isTaken ? [this.twice(element, id)] : [];
  }

  /** Names that are none of the rules, at most `limit`, or that there is no rule at all; to be asked at the end. */
  unknown(limit: number): TextFinding[] {
    if (this.isEmpty) {
      const offset = Math.max(0, this.text.search(/<[^!?]/));
      return [{ code: 'empty-element', offset, message: 'The grammar has no rules.', hint: 'Add a <rule>.' }];
    }
    const unknown = this.uses.filter(({ id }) => !this.ids.has(id)).slice(0, limit);
    const candidates = [...this.ids].slice(0, maxCandidates);
    return unknown.map(({ id, element, attribute }) => {
      const meant = nearest(id, candidates);
      const hint =
        meant === undefined
          ? 'Add a <rule> of that id.'
          : `Did you mean \`${attribute === 'uri' ? '#' : ''}${meant}\`?`;
      const message = `${attribute} names the rule ${quoted(id)}, which is not in the grammar.`;
      return { code: 'unknown-rule', offset: this.offset(element, attribute), message, hint };
    });
  }

  private twice(element: XmlElement, id: string): TextFinding {
    const message = `Two rules have the id ${quoted(id)}.`;
    return { code: 'rule-id-twice', offset: this.offset(element, 'id'), message, hint: 'Rename one.' };
  }

  private offset(element: XmlElement, attribute: string): number {
    return attributeOffset(this.text, element, attribute, 'value');
  }
}
