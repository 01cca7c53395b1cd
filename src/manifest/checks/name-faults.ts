import { scriptsMixedIn } from './mixed-scripts.js';

/** What is odd about a name by itself. */
export interface NameFault {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** A character that a reader can't see, or takes for a space. Joiners are looked at apart. */
const unseen = /[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const otherSpace = /[^\P{Zs} ]/u;

/** Whose words need joiners and marks that are not seen; and pictures, which may be made of several characters. */
const joinedScripts =
  'Arabic Bengali Devanagari Gujarati Gurmukhi Kannada Khmer Lao Malayalam Mongolian Myanmar Oriya Sinhala Syriac Tamil ' +
  'Telugu Thai Tibetan';
const joins = new RegExp(
  `[${joinedScripts.replaceAll(/(\w+) ?/g, String.raw`\p{Script=$1}`)}\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f]`,
  'u',
);
/** Zero-width space and joiners, the selectors of a picture's form, and Mongolian's. */
const joiner = /^(?:[\u200b-\u200d]|\ufe0e|\ufe0f|[\u180b-\u180d])$/u;

/** Each thing that is odd about a name, at its first character that is; nothing about an honest name of any one script. */
export function nameFaults(name: string): NameFault[] {
  const characters = Array.from(name);
  return [unseenIn, spaceIn, mixtureIn, decomposedIn].flatMap((rule) => rule(characters, name) ?? []);
}

/** A character and where it stands: `U+202E (character 4)`. */
export function characterWords(characters: readonly string[], index: number): string {
  const code = (characters[index]?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} (character ${index + 1})`;
}

function unseenIn(characters: readonly string[]): NameFault | undefined {
  const index = characters.findIndex((character, at) => unseen.test(character) && !isJoined(characters, at));
  if (index === -1) return undefined;
  const turns = /\p{Bidi_Control}/u.test(characters[index] ?? '');
  const does = turns ? 'which changes the direction of what follows' : 'which is not seen';
  return {
    code: 'unseen-character',
    message: `The name holds ${characterWords(characters, index)}, ${does}.`,
    hint: 'Take it out, unless the engine is named so in CXone.',
  };
}

function isJoined(characters: readonly string[], at: number): boolean {
  return joiner.test(characters[at] ?? '') && joins.test(characters[at - 1] ?? '');
}

function spaceIn(characters: readonly string[]): NameFault | undefined {
  const hint = 'Write one ordinary space.';
  const other = characters.findIndex((character, at) => otherSpace.test(character) && !isWideSpace(characters, at));
  if (other !== -1) {
    const message = `The name holds ${characterWords(characters, other)}, which looks like a space and is another character.`;
    return { code: 'odd-space', message, hint };
  }
  const isSpace = (at: number) => /\p{Zs}/u.test(characters[at] ?? '');
  const odd = characters.findIndex(
    (_, at) => isSpace(at) && (at === 0 || at === characters.length - 1 || isSpace(at - 1)),
  );
  if (odd === -1) return undefined;
  const message = `The name has a space too many: ${characterWords(characters, odd)}.`;
  return { code: 'odd-space', message, hint };
}

/** The space that Chinese and Japanese are written with. */
function isWideSpace(characters: readonly string[], at: number): boolean {
  return characters[at] === '\u3000' && /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]/u.test(characters[at - 1] ?? '');
}

function mixtureIn(characters: readonly string[]): NameFault | undefined {
  const mixture = scriptsMixedIn(characters);
  if (mixture === undefined) return undefined;
  const { index, script, others } = mixture;
  return {
    code: 'mixed-scripts',
    message: `In one word of the name, ${characterWords(characters, index)} is ${script} and the letters before it are ${others}.`,
    hint: 'Write the word in one script, unless the engine is named so in CXone.',
  };
}

/** Letters that Unicode itself does not compose, such as U+0958, are how keyboards write them. */
function decomposedIn(characters: readonly string[], name: string): NameFault | undefined {
  const normal = Array.from(name.normalize('NFC'));
  if (normal.length >= characters.length) return undefined;
  const index = characters.findIndex((character, at) => character !== normal[at]);
  if (index === -1) return undefined;
  return {
    code: 'not-normalized',
    message: `The name is not in Unicode’s composed form (NFC): ${characterWords(characters, index)} is spelt in another way than keyboards do.`,
    hint: 'Type it anew, unless the engine is named so in CXone: the same text in two spellings is two names.',
  };
}
