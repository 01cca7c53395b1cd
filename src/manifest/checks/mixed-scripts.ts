/** The scripts of present languages (UAX #31, table 5); the letters of all others count as one further script. */
const scriptNames = (
  'Latin Greek Cyrillic Armenian Georgian Hebrew Arabic Thaana Ethiopic Devanagari Bengali Gurmukhi Gujarati Oriya Tamil ' +
  'Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Khmer Hangul Han Hiragana Katakana Bopomofo'
).split(' ');
const scripts = scriptNames.map((name) => ({ name, letters: new RegExp(`\\p{Script_Extensions=${name}}`, 'u') }));
const anyScript = /[\p{Script=Common}\p{Script=Inherited}]/u;

/** What is written together (UTS #39 §5.2, "Highly Restrictive"). */
const together = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
];

/** A letter whose script is not that of the word before it. */
export interface Mixture {
  /** Among the characters. */
  readonly index: number;
  readonly script: string;
  readonly others: string;
}

/** The first letter that makes a word one of mixed scripts (UTS #39 §5.1); a word ends at all but letters and marks. */
export function scriptsMixedIn(characters: readonly string[]): Mixture | undefined {
  /** The sets of scripts that the word may be written in so far. */
  let possible: readonly (readonly string[])[] = [];
  let before = '';
  for (const [index, character] of characters.entries()) {
    if (!/[\p{L}\p{M}\u200c\u200d]/u.test(character)) {
      before = '';
      continue;
    }
    if (isOfAnyScript(character)) continue;
    const own = scriptsOf(character);
    if (before === '') possible = [...together, ...own.map((name) => [name])];
    const left = possible.filter((set) => own.some((name) => set.includes(name)));
    if (left.length === 0) return { index, script: own[0] ?? '', others: before };
    possible = left;
    before = own[0] ?? '';
  }
  return undefined;
}

/** Common letters that some scripts share keep those in mind: the long mark of Katakana is not Latin. */
function isOfAnyScript(character: string): boolean {
  return anyScript.test(character) && scriptsOf(character)[0] === 'of another script';
}

function scriptsOf(character: string): readonly string[] {
  const own = scripts.filter(({ letters }) => letters.test(character)).map(({ name }) => name);
  return own.length === 0 ? ['of another script'] : own;
}
