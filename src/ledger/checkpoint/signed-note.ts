import type { PublicKey, SigningKey } from './signing-key.js';

/** A text and who signed it, by https://c2sp.org/signed-note (docs/ledger.md, "Checkpoints"). */
export interface SignedNote {
  /** What is signed: ends with a line feed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** One signature line. Name and id together say which key. */
export interface NoteSignature {
  readonly name: string;
  /** 8 lowercase hex digits. */
  readonly id: string;
  readonly bytes: Buffer;
}

/** Why a text is no signed note. */
export interface NoteFault {
  readonly fault: string;
}

const MAX_TEXT = 64 * 1024;
/** What the format asks every reader to take. */
const MAX_SIGNATURES = 16;
/** Those of today's largest schemes have 5 kB; an Ed25519 signature has 92 characters. */
const MAX_LINE = 8 * 1024;

/** The most bytes that a signed note has. */
export const MAX_NOTE = MAX_TEXT + MAX_SIGNATURES * MAX_LINE;

/**
 * The note of a text, with a signature of each key in their order. The text ends with a line feed and holds no other
 * control character.
 */
export function signNote(text: string, keys: readonly SigningKey[]): string {
  const lines = keys.map((key) => `— ${key.name} ${base64Of(key.id, key.sign(text))}\n`);
  return `${text}\n${lines.join('')}`;
}

/** Reads a note, strictly: there is one way to write each. Whose signatures they are, and whether they hold, is not looked at. */
export function parseNote(note: string): SignedNote | NoteFault {
  if (Buffer.byteLength(note) > MAX_NOTE) return fault('it is too long');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids them.
  if (/[\u0000-\u0009\u000b-\u001f]/u.test(note)) return fault('it holds control characters');
  const end = note.lastIndexOf('\n\n');
  if (end === -1) return fault('it has no signature');
  const [text, lines] = [note.slice(0, end + 1), note.slice(end + 2).split('\n')];
  if (Buffer.byteLength(text) > MAX_TEXT) return fault('its text is too long');
  if (lines.pop() !== '') return fault('its last line has no end');
  if (lines.length > MAX_SIGNATURES) return fault(`it has more than ${MAX_SIGNATURES} signatures`);
  const signatures = lines.flatMap((line) => parseLine(line) ?? []);
  if (lines.length === 0) return fault('it has no signature');
  if (signatures.length < lines.length) return fault('a signature line is odd');
  return { text, signatures };
}

/** True for what parseNote gives when there is no note. */
export function isNoteFault(parsed: object): parsed is NoteFault {
  return 'fault' in parsed;
}

/**
 * Whether a key signed a note: `absent` where no signature names it. Where one that names it does not hold, `invalid`, even
 * if another does. Those of other keys are not looked at: the format says so.
 */
export function signatureOf({ text, signatures }: SignedNote, key: PublicKey): 'valid' | 'invalid' | 'absent' {
  const own = signatures.filter(({ name, id }) => name === key.name && id === key.id);
  if (own.length === 0) return 'absent';
  return own.every(({ bytes }) => key.verify(text, bytes)) ? 'valid' : 'invalid';
}

const signatureLine = /^— ([^\s+]{1,512}) ([A-Za-z0-9+/]+={0,2})$/u;

function parseLine(line: string): NoteSignature | undefined {
  const [, name, base64] = (line.length > MAX_LINE ? undefined : signatureLine.exec(line)) ?? [];
  if (name === undefined || base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < 5 || bytes.toString('base64') !== base64) return undefined;
  return { name, id: bytes.toString('hex', 0, 4), bytes: bytes.subarray(4) };
}

function base64Of(id: string, signature: Buffer): string {
  return Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64');
}

function fault(what: string): NoteFault {
  return { fault: what };
}
