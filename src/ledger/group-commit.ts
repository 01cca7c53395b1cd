import { KnownError } from '../model/known-error.js';

/** What is needed of an open file; node's FileHandle is one. */
export interface LedgerHandle {
  write(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  datasync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface GroupCommit {
  /** Resolves when the line is durable. Lines get on disk in the order of the calls; those in flight share one fsync. */
  write(line: string): Promise<void>;
  /** From now on every write fails with this error; the first one given stays. */
  poison(error: KnownError): void;
  /** Resolves when nothing is in flight any more. Never rejects. */
  idle(): Promise<void>;
}

interface Waiting {
  readonly line: string;
  resolve(): void;
  reject(error: KnownError): void;
}

/**
 * Writes lines to the end of a file. After the first failure nothing is written any more: what a failed fsync left on
 * disk is unknown, and an entry behind a gap would break the chain. `oldSize` is the size of the file, `end` where the
 * finished lines end: what is between is overwritten, then cut.
 */
export function groupCommit(handle: LedgerHandle, file: string, end: number, oldSize: number): GroupCommit {
  let waiting: Waiting[] = [];
  let failure: KnownError | undefined;
  let running: Promise<void> | undefined;
  let position = end;
  let size = oldSize;

  async function commit(lines: string): Promise<void> {
    const bytes = Buffer.from(lines, 'utf8');
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
      if (bytesWritten === 0) throw new Error('nothing could be written');
      written += bytesWritten;
    }
    position += bytes.length;
    if (size > position) await handle.truncate(position);
    size = position;
    await handle.datasync();
  }

  async function run(): Promise<void> {
    // The other appends of this turn join the first group.
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        if (failure !== undefined) throw failure;
        await commit(group.map(({ line }) => line).join(''));
        for (const one of group) one.resolve();
      } catch (error) {
        failure ??= writeFailed(file, error);
        for (const one of group) one.reject(failure);
      }
    }
    running = undefined;
  }

  return {
    write(line) {
      if (failure !== undefined) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        waiting.push({ line, resolve, reject });
        running ??= run();
      });
    },
    poison(error) {
      failure ??= error;
    },
    idle: async () => running,
  };
}

function writeFailed(file: string, error: unknown): KnownError {
  const reason = error instanceof Error ? error.message : String(error);
  return new KnownError('LedgerError', `${file}: can't be written: ${reason}`, {
    hint: 'Nothing more is changed without a ledger. Make room or mend the disk, then apply again: it goes on from there.',
    cause: error,
  });
}
