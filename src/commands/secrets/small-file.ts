import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { fileFault } from '../../model/file-fault.js';
import { KnownError } from '../../model/known-error.js';
import type { Context } from '../context.js';

/** A file that an option names. */
export interface SmallFile {
  /** Its absolute path. */
  readonly file: string;
  /** Of a longer file, as much as shows that it is. */
  readonly text: string;
  /** Who may use it, as the system says. */
  readonly mode: number;
}

/**
 * The text of a file that holds no more than `most` bytes when it is what the option asks for. Throws a KnownError
 * (OptionError) for what can't be read or is no plain file.
 */
export async function readSmallFile(
  { cwd }: Pick<Context, 'cwd'>,
  option: string,
  named: string,
  most: number,
): Promise<SmallFile> {
  const file = path.resolve(cwd, named);
  try {
    // Opening a named pipe must not wait for somebody to write to it.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw new Error('it is no plain file');
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(most + 1), 0, most + 1, 0);
      return { file, text: buffer.toString('utf8', 0, bytesRead), mode: stats.mode };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const { words, hint } = fileFault(cause);
    throw new KnownError('OptionError', `${option} ${named}: it can't be read: ${words}`, { hint, cause });
  }
}
