import { isNoteFault, type NoteFault, parseNote, type SignedNote, signNote } from './signed-note.js';
import type { SigningKey } from './signing-key.js';

/** How far a ledger goes, and the hash that it has there. */
export interface Checkpoint {
  /** Which ledger: `<ledgerId>/<environment>`. */
  readonly origin: string;
  /** How many entries. */
  readonly size: number;
  /** The hash of the last of them. */
  readonly head: string;
}

/** A checkpoint, and the note that it was read from. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: SignedNote;
}

/** What names a ledger in what is signed about it: neither part holds a slash. */
export function originOf(ledgerId: string, environment: string): string {
  return `${ledgerId}/${environment}`;
}

/** The signed note of a checkpoint (docs/ledger.md, "Checkpoints"). */
export function signCheckpoint(key: SigningKey, { origin, size, head }: Checkpoint): string {
  return signNote(`${origin}\n${size}\n${Buffer.from(head, 'hex').toString('base64')}\n`, [key]);
}

const lines = /^([A-Za-z0-9_-]{1,128}\/[a-z0-9][a-z0-9-]{0,62})\n([1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\n$/u;

/** Reads a checkpoint, or says why the text is none. Whose signatures they are, and whether they hold, is not looked at. */
export function parseCheckpoint(text: string): SignedCheckpoint | NoteFault {
  const note = parseNote(text);
  if (isNoteFault(note)) return note;
  const [, origin, size, base64] = lines.exec(note.text) ?? [];
  if (origin === undefined || base64 === undefined) return { fault: 'its text is not origin, size and hash' };
  const head = Buffer.from(base64, 'base64');
  if (head.toString('base64') !== base64) return { fault: 'its hash is not as base64 is written' };
  return { origin, size: Number(size), head: head.toString('hex'), note };
}
