import { constants } from 'node:fs';
import { lstat, open, readFile, rm, rmdir } from 'node:fs/promises';
import lockfile from 'proper-lockfile';
import { errnoOf, fileFault } from '../../model/file-fault.js';
import { isJsonObject } from '../../model/json.js';
import { KnownError } from '../../model/known-error.js';
import { pidNamespace } from '../this-machine.js';

export interface LockHolder {
  readonly pid: number;
  readonly hostname: string;
  /** When it took the lock, ISO 8601. */
  readonly since: string;
}

export interface LockOptions {
  readonly holder: LockHolder;
  /** Whether a process of this machine still runs. Without it, a dead holder's lock is free 10 seconds after its death. */
  readonly isAlive?: ((pid: number) => boolean) | undefined;
  /** Called when somebody else took the lock while we thought that we hold it. */
  readonly onLost: (error: KnownError) => void;
}

/** A lock that this run took. */
export interface LedgerLock {
  /** False once another run took it, also while nobody told us so: that one put its own name there. */
  isOurs(): Promise<boolean>;
  /** Gives it back, unless it is another run's by now. */
  release(): Promise<void>;
}

/** Milliseconds without a sign of life after which a lock is free. */
const STALE = 10_000;

/**
 * Takes the lock of a ledger. Throws a LedgerError that names the holder when another run has it. The lock is a folder
 * `<ledger>.lock`; who holds it stands in `<ledger>.holder`.
 */
export async function lockLedger(file: string, options: LockOptions): Promise<LedgerLock> {
  try {
    // Between finding a dead holder and taking its lock nobody else may do the same.
    const leaveGuard = await lockfile.lock(`${file}.guard`, {
      realpath: false,
      stale: 5_000,
      retries: { retries: 25, factor: 1.3, minTimeout: 20, maxTimeout: 1_000 },
      onCompromised: (error) => options.onLost(lostLock(file, error)),
    });
    try {
      return await lockUnderGuard(file, options);
    } finally {
      await leaveGuard();
    }
  } catch (error) {
    if (error instanceof KnownError) throw error;
    throw isHeld(error) ? heldLock(file, undefined) : unlockable(file, error);
  }
}

async function lockUnderGuard(file: string, { holder, isAlive, onLost }: LockOptions): Promise<LedgerLock> {
  const holderFile = `${file}.holder`;
  await refuseOddFile(holderFile);
  const namespace = await pidNamespace();
  const other = await readHolder(holderFile);
  const sameMachine = other !== undefined && other.hostname === holder.hostname && other.namespace === namespace;
  if (sameMachine && isAlive !== undefined && !isAlive(other.pid)) await rmdir(`${file}.lock`).catch(ignoreMissing);
  let unlock: () => Promise<void>;
  try {
    unlock = await lockfile.lock(file, {
      realpath: false,
      stale: STALE,
      update: 2_000,
      onCompromised: (error) => onLost(lostLock(file, error)),
    });
  } catch (error) {
    throw isHeld(error) ? heldLock(file, other) : error;
  }
  const text = holderText({ ...holder, namespace });
  try {
    await writeHolder(holderFile, text);
  } catch (error) {
    // A lock that names nobody would hold up the next run, too.
    await unlock().catch(() => undefined);
    throw error;
  }
  const isOurs = async () => (await readFile(holderFile, 'utf8').catch(() => undefined)) === text;
  return {
    isOurs,
    async release() {
      if (!(await isOurs())) return;
      await rm(holderFile, { force: true });
      await unlock();
    },
  };
}

/** To open a named pipe waits for the other end, and to open a device does something to it. */
async function refuseOddFile(file: string): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  throw new KnownError('LedgerError', `${file}: it is no plain file, and names who holds the ledger`, {
    hint: 'Look at what put it there, and remove it.',
  });
}

interface WrittenHolder extends LockHolder {
  /** Pids of another namespace (a container) say nothing here. */
  readonly namespace: string | null;
}

async function readHolder(file: string): Promise<WrittenHolder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (!isJsonObject(value)) return undefined;
    const { pid, hostname, since, namespace } = value;
    if (typeof pid !== 'number' || typeof hostname !== 'string' || typeof since !== 'string') return undefined;
    return { pid, hostname, since, namespace: typeof namespace === 'string' ? namespace : null };
  } catch {
    // Missing or half written: the lock itself says who is right, this file only names them.
    return undefined;
  }
}

function holderText(holder: WrittenHolder): string {
  return `${JSON.stringify(holder)}\n`;
}

async function writeHolder(file: string, text: string): Promise<void> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}

function heldLock(file: string, holder: LockHolder | undefined): KnownError {
  const who =
    holder === undefined
      ? 'another run'
      : `process ${holder.pid} on ${holder.hostname}, since ${holder.since}, and only one run may write it`;
  return new KnownError('LedgerError', `${file}: it is locked by ${who}`, {
    hint: `Wait for that run to end. If it died, its lock is free ${STALE / 1000} seconds after its death.`,
  });
}

function lostLock(file: string, cause: Error): KnownError {
  return new KnownError('LedgerError', `${file}: another run took its lock while this one was held up`, {
    hint: 'Nothing more is changed. Look at what the other run does, then apply again.',
    cause,
  });
}

function unlockable(file: string, cause: unknown): KnownError {
  const { words, hint } = fileFault(cause);
  return new KnownError('LedgerError', `${file}: it can't be locked: ${words}`, {
    hint: `The lock is a folder beside the ledger. ${hint}`,
    cause,
  });
}

function isHeld(error: unknown): boolean {
  return errnoOf(error) === 'ELOCKED';
}

function ignoreMissing(error: unknown): void {
  if (errnoOf(error) !== 'ENOENT') throw error;
}
