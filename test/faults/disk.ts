import type * as NodeFs from 'node:fs';
import type * as FsPromises from 'node:fs/promises';
import path from 'node:path';
import type lockfile from 'proper-lockfile';

/** Something that is done to the disk under a ledger. */
export interface DiskOperation {
  /** Its number since `watchDisk`. */
  readonly nth: number;
  /** `write`, `datasync` … or, by the lock, `lock mkdir` … */
  readonly what: string;
  /** Without its folder. */
  readonly file: string;
  /** What a write is to write. */
  readonly bytes: Buffer;
}

/** How the disk fails. `short`: half of a write is written, and that is what the call answers. `none`: nothing of it is. */
export type DiskFault = 'ENOSPC' | 'EIO' | 'short' | 'none';

interface Disk {
  /** Decides about each operation; undefined lets it pass. May do something first. */
  fate: (operation: DiskOperation) => Promise<DiskFault | undefined> | DiskFault | undefined;
  /** Called when an operation is done. */
  done: (operation: DiskOperation) => Promise<void> | void;
  /** All that was done, as `write dev.jsonl`. */
  log: string[];
  /** What of each file would be there after a loss of power: its bytes at the last fsync, by its path. */
  synced: Map<string, Buffer>;
}

/**
 * The disk under the ledgers of all worlds of a test file. It is in effect where the file mocks `node:fs/promises` by
 * `faultyFs` and `proper-lockfile` by `faultyLock`.
 */
export const disk: Disk = healthy();

/** Takes all faults away and forgets what was done. */
export function healDisk(): void {
  Object.assign(disk, healthy());
}

function healthy(): Disk {
  return { fate: () => undefined, done: () => undefined, log: [], synced: new Map() };
}

/** The ledger's folder in a world and all below it, and the folder above, which `syncFolder` syncs too. */
const isUnderLedger = (file: unknown): file is string =>
  typeof file === 'string' && /cxone-gitops-faults-[^/]*(\/\.cxone-gitops.*)?$/u.test(file);

/** Does `work` on the disk, unless it is to fail. */
async function operate<Result>(
  what: string,
  file: string,
  work: (fault: 'short' | undefined) => Promise<Result>,
  bytes: Buffer = Buffer.alloc(0),
): Promise<Result> {
  const operation = { nth: disk.log.push(`${what} ${path.basename(file)}`), what, file: path.basename(file), bytes };
  const fault = await disk.fate(operation);
  if (fault === 'ENOSPC' || fault === 'EIO') {
    const words = fault === 'EIO' ? 'i/o error' : 'no space left on device';
    throw Object.assign(new Error(`${fault}: ${words}, ${what.replace('lock ', '')} '${file}'`), { code: fault });
  }
  // Sound: only writes are given this fault, and what a write answers is taken as that alone.
  const result = fault === 'none' ? ({ bytesWritten: 0 } as Result) : await work(fault);
  await disk.done(operation);
  return result;
}

/** node:fs/promises on a disk that fails under ledgers; elsewhere it is what it was. */
export function faultyFs(original: typeof FsPromises): typeof FsPromises {
  const passing =
    <Args extends readonly unknown[], Result>(what: string, work: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> =>
      isUnderLedger(args[0]) ? operate(what, args[0], () => work(...args)) : work(...args);
  const mocked = {
    ...original,
    mkdir: passing('mkdir', original.mkdir),
    lstat: passing('lstat', original.lstat),
    rm: passing('rm', original.rm),
    rmdir: passing('rmdir', original.rmdir),
    open: async (...args: Parameters<typeof original.open>) => {
      const [file] = args;
      if (!isUnderLedger(file)) return original.open(...args);
      const handle = await operate('open', file, () => original.open(...args));
      const before = await original.readFile(file).catch(() => Buffer.alloc(0));
      if (before.length > 0) disk.synced.set(file, before);
      return faultyHandle(handle, file, () => original.readFile(file));
    },
  };
  // Sound: each of them is called as the original is; the overloads are all that `passing` loses.
  return mocked as typeof FsPromises;
}

function faultyHandle(handle: FsPromises.FileHandle, file: string, contents: () => Promise<Buffer>) {
  const own = {
    write: (buffer: Buffer, offset: number, length: number, position: number) =>
      operate(
        'write',
        file,
        (fault) => handle.write(buffer, offset, fault === 'short' ? Math.ceil(length / 2) : length, position),
        buffer.subarray(offset, offset + length),
      ),
    datasync: () =>
      operate('datasync', file, async () => {
        await handle.datasync();
        disk.synced.set(file, await contents());
      }),
    sync: () => operate('sync', file, () => handle.sync()),
    truncate: (length: number) => operate('truncate', file, () => handle.truncate(length)),
    writeFile: (text: string) => operate('writeFile', file, () => handle.writeFile(text)),
    read: (buffer: Buffer, offset: number, length: number) =>
      operate('read', file, () => handle.read(buffer, offset, length)),
    stat: () => operate('stat', file, () => handle.stat()),
    // A file is closed also where the disk says that it could not be: the test must not run out of them.
    close: async () => {
      try {
        await operate('close', file, async () => undefined);
      } finally {
        await handle.close();
      }
    },
  };
  return own;
}

/** proper-lockfile on the same disk. */
export function faultyLock(original: typeof lockfile, fs: typeof NodeFs): typeof lockfile {
  type Callback = (error: Error | null, ...rest: unknown[]) => void;
  const passing =
    (what: string, work: (...args: unknown[]) => void) =>
    (file: string, ...args: unknown[]): void => {
      const callback = args.at(-1);
      if (typeof callback !== 'function') throw new Error(`${what} without a callback`);
      // Sound: proper-lockfile calls them in no other way.
      const answer = callback as Callback;
      operate(
        `lock ${what}`,
        file,
        () =>
          new Promise<unknown[]>((resolve, reject) =>
            work(file, ...args.slice(0, -1), (error: Error | null, ...rest: unknown[]) =>
              error === null || error === undefined ? resolve(rest) : reject(error),
            ),
          ),
      ).then((rest) => answer(null, ...rest), answer);
    };
  // Sound: these take a path, perhaps more, and a callback.
  const own = Object.fromEntries(
    (['mkdir', 'stat', 'utimes', 'rmdir'] as const).map((what) => [
      what,
      passing(what, fs[what] as unknown as (...args: unknown[]) => void),
    ]),
  );
  return {
    ...original,
    lock: (file, options) => original.lock(file, { ...options, fs: { ...fs, ...own } }),
  };
}
