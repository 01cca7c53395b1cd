import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { errnoOf, fileFault } from '../../model/file-fault.js';
import { KnownError } from '../../model/known-error.js';
import type { Context } from '../context.js';

/** A file with more is no env file. */
const maxBytes = 1_048_576;

/** How long a pipe is waited for, in milliseconds: a password manager may ask a person first. */
const maxWaitMs = 30_000;
const pollMs = 20;

/**
 * The bytes of the file that `--env-file` names. It may be a pipe, such as a shell's `<(…)`: its writer has 30 seconds.
 * Throws a KnownError (OptionError) for what can't be read, is neither a file nor a pipe, or is too long.
 */
export async function envFileBytes(
  context: Pick<Context, 'cwd' | 'clock' | 'interrupt'>,
  named: string,
): Promise<Uint8Array> {
  let descriptor: number;
  try {
    // Opening a pipe must not wait for its other end.
    descriptor = openSync(path.resolve(context.cwd, named), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw refused(named, `it can't be read: ${fileFault(cause).words}`, fileFault(cause).hint, cause);
  }
  try {
    const stats = fstatSync(descriptor);
    if (stats.isFile()) return readAll(named, descriptor);
    if (stats.isFIFO()) return await readPipe(context, named, descriptor);
  } finally {
    closeSync(descriptor);
  }
  throw refused(named, 'it is neither a file nor a pipe', 'Name a file with lines KEY=value.');
}

function readAll(named: string, descriptor: number): Uint8Array {
  const chunks: Buffer[] = [];
  for (let chunk = readChunk(descriptor); chunk !== undefined && chunk.length > 0; chunk = readChunk(descriptor)) {
    add(named, chunks, chunk);
  }
  return Buffer.concat(chunks);
}

/** A pipe ends when its writer closes it; before anything was written, a writer may still come. */
async function readPipe(
  { clock, interrupt }: Pick<Context, 'clock' | 'interrupt'>,
  named: string,
  descriptor: number,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  const until = clock.now() + maxWaitMs;
  for (;;) {
    if (interrupt.aborted) throw new KnownError('InterruptedError', 'interrupted, so nothing was read or written');
    const chunk = readChunk(descriptor);
    if (chunk?.length === 0 && chunks.length > 0) return Buffer.concat(chunks);
    if (chunk !== undefined && chunk.length > 0) add(named, chunks, chunk);
    else if (clock.now() < until) await clock.sleep(pollMs, interrupt);
    else throw refused(named, unfinished(chunks), 'Check the command that writes to it: it may have failed.');
  }
}

function unfinished(chunks: readonly Buffer[]): string {
  const what = chunks.length === 0 ? 'nothing was written to this pipe' : 'the writer of this pipe did not end';
  return `${what} within ${maxWaitMs / 1000} seconds`;
}

/** Empty at the end; undefined where a pipe's writer has written nothing more yet. */
function readChunk(descriptor: number): Buffer | undefined {
  const buffer = Buffer.alloc(65_536);
  try {
    return buffer.subarray(0, readSync(descriptor, buffer));
  } catch (error) {
    if (errnoOf(error) === 'EAGAIN') return undefined;
    throw error;
  }
}

function add(named: string, chunks: Buffer[], chunk: Buffer): void {
  chunks.push(chunk);
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  if (bytes > maxBytes) throw refused(named, 'it has more than 1 MiB', 'Name a file with lines KEY=value.');
}

function refused(named: string, reason: string, hint: string, cause?: unknown): KnownError {
  return new KnownError('OptionError', `--env-file ${named}: ${reason}`, { hint, cause });
}
