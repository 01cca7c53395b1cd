import { spellingsOf } from './secret-spellings.js';

/** Replaces secrets in text. */
export interface Mask {
  readonly add: (secret: string) => void;
  readonly apply: (text: string) => string;
}

/**
 * Secrets are known values, so masking them is exact: raw, base64, hexadecimal, URL-encoded, as JSON, HTML and our own
 * formats spell them, over the end of a line, and what a cut (`…`) left of one. It is the last defence: none is put into
 * output in the first place (docs/security.md, "Output"). Values under 4 characters would mask half of every text, hashes
 * and JSON among it, and are left; so are pieces of that length at a cut.
 */
export function openMask(): Mask {
  const known = new Set<string>();
  let spellings: readonly Spelling[] = [];
  return {
    add(secret) {
      // A line end behind a secret belongs to the file that it came from.
      const trimmed = secret.trim();
      if (trimmed.length < least || known.has(trimmed)) return;
      known.add(trimmed);
      // The longest first: what holds another spelling is masked whole.
      spellings = [...spellings, ...spellingsOf(trimmed).map(openSpelling)].toSorted(
        (one, other) => other.characters.length - one.characters.length,
      );
    },
    apply(text) {
      const masked = spellings.reduce(withoutWhole, text);
      return cut.test(masked) ? spellings.reduce(withoutPieces, masked) : masked;
    },
  };
}

const least = 4;
const longestSource = 50_000;
/** What stands where a long text was cut, as it is and as Markdown and a URI spell it. */
const cut = /…|&#8230;|%E2%80%A6/u;
const cuts = new RegExp(cut, 'gu');
/** How much of a text around a cut can be what is left of a secret. */
const reach = 400;
/** The longest that one character is spelled, for all that a cut is likely to be at. */
const widest = 48;
/** What a cut can leave of one character's escape, in front of it and behind it. */
const [begun, ended] = [/^[%&\\{][\w\\%&#{]{0,11}$/u, /^[\w#;}]{0,11}$/u];

/** A secret in one encoding; each of its characters is a pattern. */
interface Spelling {
  readonly characters: readonly RegExp[];
  /** The same from its end, each for the end of a text. */
  readonly backwards: readonly RegExp[];
  /** Undefined where one expression would be too long for V8's stack. */
  readonly whole: RegExp | undefined;
  /** The least that is masked at a cut. */
  readonly first: RegExp;
  readonly last: RegExp;
}

function openSpelling(patterns: readonly string[]): Spelling {
  return {
    characters: patterns.map((pattern) => new RegExp(pattern, 'yu')),
    backwards: patterns.toReversed().map((pattern) => new RegExp(`(?:${pattern})$`, 'u')),
    whole: patterns.join('').length > longestSource ? undefined : new RegExp(patterns.join(''), 'gu'),
    first: new RegExp(patterns.slice(0, least).join(''), 'gu'),
    last: new RegExp(patterns.slice(-least).join(''), 'gu'),
  };
}

function withoutWhole(text: string, { whole, first, characters }: Spelling): string {
  if (whole !== undefined) return text.replace(whole, '***');
  let printed = '';
  let done = 0;
  for (const { index } of text.matchAll(first)) {
    if (index < done) continue;
    const { at, count } = follow(text, index, characters);
    if (count < characters.length) continue;
    printed += `${text.slice(done, index)}***`;
    done = at;
  }
  return printed + text.slice(done);
}

/** Masks what is left of a secret in front of each cut and behind it. */
function withoutPieces(text: string, spelling: Spelling): string {
  let printed = '';
  let done = 0;
  for (const { index, 0: mark } of text.matchAll(cuts)) {
    if (index < done) continue;
    const behind = index + mark.length;
    const start = startOfPiece(text.slice(Math.max(done, index - reach), index), spelling);
    const end = endOfPiece(text.slice(behind, behind + reach), spelling);
    printed += `${text.slice(done, index - start)}${start > 0 ? '***' : ''}${mark}${end > 0 ? '***' : ''}`;
    done = behind + end;
  }
  return printed + text.slice(done);
}

/** The length of the longest beginning of a secret that the text ends with; 0 for none. */
function startOfPiece(text: string, { first, characters }: Spelling): number {
  for (const { index } of text.matchAll(first)) {
    const { at } = follow(text, index, characters);
    if (at === text.length || begun.test(text.slice(at))) return text.length - index;
  }
  return 0;
}

/** The length of the longest end of a secret that the text begins with; 0 for none. */
function endOfPiece(text: string, { last, backwards }: Spelling): number {
  for (const { index, 0: found } of text.matchAll(last)) {
    const end = index + found.length;
    const left = text.slice(0, followBack(text, end, backwards));
    if (ended.test(left)) return end;
  }
  return 0;
}

/** How many of the characters stand at a place, one after the other, and where they end. */
function follow(text: string, start: number, characters: readonly RegExp[]): { at: number; count: number } {
  let at = start;
  let count = 0;
  for (const character of characters) {
    character.lastIndex = at;
    if (!character.test(text)) break;
    at = character.lastIndex;
    count += 1;
  }
  return { at, count };
}

/** The same from the end of a secret: where as many as stand in front of a place begin. */
function followBack(text: string, end: number, backwards: readonly RegExp[]): number {
  let at = end;
  for (const character of backwards) {
    const found = character.exec(text.slice(Math.max(0, at - widest), at));
    if (found === null) break;
    at -= found[0].length;
  }
  return at;
}
