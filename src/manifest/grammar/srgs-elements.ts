import { oneOf, probability, reference, repeat, ruleName, type ValueCheck, weight } from './srgs-values.js';

/** What an element of SRGS 1.0 may hold: the specification's DTD as data. */
export interface SrgsElement {
  /** Its attributes without a prefix; undefined where they may be anything. */
  readonly attributes: Readonly<Record<string, ValueCheck | undefined>>;
  readonly required?: readonly string[];
  /** Two attributes of which it has one. */
  readonly exactlyOne?: readonly [string, string];
  readonly children: readonly string[];
  /** Whether it holds words. */
  readonly text?: true;
  /** Whether it may hold elements of other namespaces, which are passed over. */
  readonly open?: true;
}

/** The namespace of SRGS 1.0. */
export const srgsNamespace = 'http://www.w3.org/2001/06/grammar';

/** What stands before the first rule. */
export const headerElements: readonly string[] = ['meta', 'metadata', 'lexicon', 'tag'];

const expansion = ['token', 'ruleref', 'item', 'one-of', 'tag'];

/** The elements by name (SRGS 1.0, appendix B). */
export const srgsElements: ReadonlyMap<string, SrgsElement> = new Map<string, SrgsElement>([
  [
    'grammar',
    {
      attributes: {
        version: oneOf('1.0'),
        mode: oneOf('voice', 'dtmf'),
        root: ruleName,
        'tag-format': undefined,
      },
      required: ['version'],
      children: [...headerElements, 'rule'],
    },
  ],
  [
    'meta',
    {
      attributes: { name: undefined, 'http-equiv': undefined, content: undefined },
      required: ['content'],
      exactlyOne: ['name', 'http-equiv'],
      children: [],
    },
  ],
  ['metadata', { attributes: {}, children: [], text: true, open: true }],
  ['lexicon', { attributes: { uri: reference, type: undefined }, required: ['uri'], children: [] }],
  ['tag', { attributes: {}, children: [], text: true, open: true }],
  [
    'rule',
    {
      attributes: { id: ruleName, scope: oneOf('private', 'public') },
      required: ['id'],
      children: [...expansion, 'example'],
      text: true,
    },
  ],
  ['example', { attributes: {}, children: [], text: true }],
  ['one-of', { attributes: {}, children: ['item'] }],
  ['item', { attributes: { repeat, 'repeat-prob': probability, weight }, children: expansion, text: true }],
  [
    'ruleref',
    {
      attributes: { uri: reference, type: undefined, special: oneOf('NULL', 'VOID', 'GARBAGE') },
      exactlyOne: ['uri', 'special'],
      children: [],
    },
  ],
  ['token', { attributes: {}, children: [], text: true }],
]);
