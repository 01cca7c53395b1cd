import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { errnoOf, fileFault } from '../../model/file-fault.js';
import { KnownError } from '../../model/known-error.js';
import { MAX_LINE } from '../entry.js';

/** One line of a ledger, without its line feed. The last is unfinished when it has none. */
export interface Line {
  readonly bytes: Buffer;
  readonly finished: boolean;
}

/** The lines of a ledger, some at a time: a promise a line would cost more than the line. */
export type LineSource = AsyncIterable<readonly Line[]>;

const CHUNK = 1024 * 1024;

/**
 * The lines of a file, in constant memory; nothing when there is no such file. Throws a LedgerError for what can't be
 * read or is not a plain file.
 */
export async function* readLines(file: string): LineSource {
  const handle = await openToRead(file);
  if (handle === undefined) return;
  try {
    yield* linesIn(chunksOf(handle));
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    // What was read was read.
    await handle.close().catch(() => undefined);
  }
}

/** The lines of bytes that come in chunks, wherever these begin and end. */
export async function* linesIn(chunks: AsyncIterable<Buffer>): LineSource {
  const lines = lineSplitter();
  for await (const chunk of chunks) {
    yield lines.split(chunk);
    // A line that is too long ends the reading; parse-entry.ts says what is wrong with it.
    if (lines.pending() > MAX_LINE) break;
  }
  if (lines.pending() > 0) yield [{ finished: lines.pending() > MAX_LINE, bytes: lines.rest() }];
}

async function* chunksOf(handle: FileHandle): AsyncIterable<Buffer> {
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

async function openToRead(file: string) {
  try {
    // O_NONBLOCK: opening a named pipe must not wait for somebody to write to it.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    let isFile = false;
    try {
      isFile = (await handle.stat()).isFile();
    } finally {
      if (!isFile) await handle.close();
    }
    if (isFile) return handle;
    throw new KnownError('LedgerError', `${file}: is not a plain file`);
  } catch (error) {
    if (error instanceof KnownError) throw error;
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): KnownError {
  const { words, hint } = fileFault(cause);
  return new KnownError('LedgerError', `${file}: can't be read: ${words}`, { hint, cause });
}

/** Cuts chunks at line feeds and keeps the unfinished end for the next chunk. */
function lineSplitter() {
  let parts: Buffer[] = [];
  let pending = 0;
  const keep = (part: Buffer) => {
    pending += part.length;
    parts.push(part);
  };
  const take = () => {
    const whole = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    parts = [];
    pending = 0;
    return whole;
  };
  return {
    split(chunk: Buffer): Line[] {
      const lines: Line[] = [];
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        keep(chunk.subarray(start, end));
        lines.push({ bytes: take(), finished: true });
        start = end + 1;
      }
      if (start < chunk.length) keep(chunk.subarray(start));
      return lines;
    },
    pending: () => pending,
    rest: take,
  };
}
