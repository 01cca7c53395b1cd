/**
 * The spellings of a secret, each a list of patterns (sources of regular expressions with the flag `u`) that follow one
 * another: as it is and as escapes of JSON and its pointers, HTML, URLs, terminals and our formats make it; base64 and base64url, also
 * within the base64 of a longer text (`Basic id:secret`); hexadecimal. Escapes may be nested, and a space may be the end
 * of a line.
 */
export function spellingsOf(secret: string): string[][] {
  const bytes = Buffer.from(secret, 'utf8');
  const inBase64 = [0, 1, 2].map((before) => base64Patterns(bytes, before));
  return [
    secret.length <= longest ? inFull(secret) : Array.from(secret, shortPattern),
    ...inBase64.filter((patterns) => patterns.length >= leastBase64),
    bytes.toString('hex').split('').map(anyCase),
  ];
}

/** Of a longer one, a token that is, only the usual escapes are looked for: one expression would not hold all of them. */
const longest = 512;

/** Shorter ones would be found by chance. */
const leastBase64 = 6;

/** A run of white space, a run of backslashes, any other character. */
const units = /\s+|\\+|[^\s\\]/gu;

// Each of these may itself have been escaped. Bounded, so that no text takes long.
const percent = '%(?:25){0,3}';
const ampersand = '&(?:amp;|#38;){0,3}';
const backslash = `(?:\\\\|${ampersand}#92;|${percent}5[cC]|\\\\u005[cC])`;
const escaped = `${backslash}{1,8}`;
const brace = { '{': `(?:\\{{1,2}|&#123;|${percent}7[bB])`, '}': `(?:\\}{1,2}|&#125;|${percent}7[dD])` };
const colour = '\\u001b\\[[\\d;]{0,9}m';
/** As words on lines are broken and painted, and as white space is spelled. */
const gap = `(?:${colour}|\\s|\\+|${escaped}(?:[nrt]|u00(?:20|0[9aAdD])|u${brace['{']}[9aAdD]${brace['}']})|${percent}(?:20|0[9aAdD])|${ampersand}#(?:32|9|10|13);){1,100}`;

const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

function inFull(secret: string): string[] {
  const found = [...secret.matchAll(units)].map(([unit]) => unit);
  return found.map((unit, at) => unitPattern(unit, found[at - 1]?.startsWith('\\') === true));
}

function shortPattern(character: string): string {
  if (/[A-Za-z0-9]/u.test(character)) return character;
  return `(?:${percentOf(character)}|&#${character.codePointAt(0)};|${literal(character)})`;
}

/** Backslashes in front are taken in one place only: otherwise an odd text could be read in very many ways. */
function unitPattern(unit: string, behindBackslashes = false): string {
  if (/^[A-Za-z0-9]$/u.test(unit)) return unit;
  if (/^\s/u.test(unit)) return gap;
  if (unit.startsWith('\\')) return `${backslash}{${unit.length},${unit.length * 8}}`;
  return `(?:${[...utf16Escapes(unit, behindBackslashes), plainOrEntity(unit, behindBackslashes)].join('|')})`;
}

/** A backslash, in front of anything, breaks up commands to CI runners; a space in front of `(` links in SARIF. */
function plainOrEntity(character: string, behindBackslashes: boolean): string {
  const code = character.codePointAt(0) ?? 0;
  const name = names[character];
  const entity = `${ampersand}(?:#0{0,4}${code}|#[xX]0{0,4}${anyCase(code.toString(16))}${name === undefined ? '' : `|${name}`});`;
  const inPointer = character === '/' ? '~1|' : character === '~' ? '~0|' : '';
  const plain = character === '{' || character === '}' ? brace[character] : literal(character);
  const slashes = behindBackslashes ? '' : `${backslash}{0,8}`;
  return `${character === '(' ? `(?:${slashes}| )` : slashes}(?:${percentOf(character)}|${entity}|${inPointer}${plain})`;
}

/** `\u0022` as in JSON, and `\u{22}` as in our texts. */
function utf16Escapes(character: string, behindBackslashes: boolean): string[] {
  const codes = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at).toString(16));
  const slashes = behindBackslashes ? '' : escaped;
  return [
    `${slashes}u${codes.map((code) => anyCase(code.padStart(4, '0'))).join(`${escaped}u`)}`,
    `${slashes}u${brace['{']}${anyCase((character.codePointAt(0) ?? 0).toString(16))}${brace['}']}`,
  ];
}

function percentOf(character: string): string {
  const bytes = [...Buffer.from(character, 'utf8')];
  return bytes.map((byte) => `${percent}${anyCase(byte.toString(16).padStart(2, '0'))}`).join('');
}

/** Of the base64 of a text that has `before` more bytes (modulo 3) in front of the secret, what the secret alone makes. */
function base64Patterns(bytes: Buffer, before: number): string[] {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replace(/=+$/u, '');
  const whole = Math.floor(((before + bytes.length) * 8) / 6);
  const patterns = text.slice([0, 2, 3][before], whole).split('').map(base64Pattern);
  // The character that it shares with what follows is known where nothing follows.
  const last = text.slice(whole);
  if (last !== '') patterns.push(`(?:${base64Pattern(last)}(?:=|${percent}3[dD]){0,2})?`);
  return patterns;
}

function base64Pattern(character: string): string {
  if (character === '+') return `(?:-|${unitPattern('+')})`;
  if (character === '/') return `(?:_|${unitPattern('/')})`;
  return character;
}

function anyCase(hex: string): string {
  return hex.replaceAll(/[a-f]/gu, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** `u` takes a backslash in front of these only. */
function literal(character: string): string {
  return character.replace(/[$()*+./?[\\\]^{|}]/u, '\\$&');
}
