import { KnownError } from '../../model/known-error.js';

/** A segment's name and its lines. */
export interface SegmentText {
  readonly name: string;
  readonly text: Buffer;
}

/**
 * The bytes after which the next segment begins. A push writes the last segment anew, and the list of all of them: small
 * ones cost less each, large ones make the list shorter (docs/decisions/0023).
 */
const FULL = 64 * 1024;

/**
 * The segments that lines make, added to the last one or behind it: that one first, if anything was added to it. `first`
 * is the number of the first line. Throws a LedgerError where the last segment's name is no earlier number.
 */
export function addLines(last: SegmentText | undefined, lines: string, first: number): SegmentText[] {
  const made: { name: string; parts: Buffer[]; size: number }[] = [];
  let open = last === undefined ? undefined : { name: last.name, parts: [last.text], size: last.text.length };
  let seq = first;
  for (let start = 0; start < lines.length; seq += 1) {
    const end = lines.indexOf('\n', start) + 1;
    const line = Buffer.from(lines.slice(start, end), 'utf8');
    if (open === undefined || open.size >= FULL) {
      const name = `${String(seq).padStart(12, '0')}.jsonl`;
      if (open !== undefined && name <= open.name) {
        throw new KnownError(
          'LedgerError',
          `entry ${seq} can't follow in ${name}: the ledger has ${open.name} already`,
        );
      }
      open = { name, parts: [], size: 0 };
    }
    open.parts.push(line);
    open.size += line.length;
    if (made.at(-1) !== open) made.push(open);
    start = end;
  }
  return made.map(({ name, parts }) => ({ name, text: Buffer.concat(parts) }));
}
