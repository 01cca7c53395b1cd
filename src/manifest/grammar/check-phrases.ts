import type { JsonObject } from '../../model/json.js';
import type { Finding } from '../manifest-document.js';
import { quoted } from '../value-words.js';

/** As many as the schema allows. */
const maxPhrases = 10_000;

/** What no schema can say of the content of a list grammar: paths are below the content. */
export function checkPhrases({ phrases }: JsonObject): Finding[] {
  if (!Array.isArray(phrases) || phrases.length > maxPhrases) return [];
  const findings: Finding[] = [];
  const first = new Map<string, number>();
  for (const [index, phrase] of phrases.entries()) {
    // An empty one is refused by the schema.
    if (typeof phrase !== 'string' || phrase === '') continue;
    const path = ['phrases', String(index)];
    const twin = first.get(phrase);
    if (phrase.trim() === '') {
      findings.push({
        code: 'blank-phrase',
        path,
        message: 'The phrase is blank.',
        hint: 'Write what a caller says, or leave it out.',
      });
    } else if (twin === undefined) {
      first.set(phrase, index);
    } else {
      const message = `The phrase ${quoted(phrase)} is phrase ${twin + 1} already.`;
      findings.push({ severity: 'warning', code: 'phrase-twice', path, message, hint: 'Keep one of them.' });
    }
  }
  return findings;
}
