import { KnownError } from '../model/known-error.js';
import { type Chain, createChain } from './chain.js';
import type { Entry } from './entry.js';
import type { LineSource } from './file/read-lines.js';
import { createFold, type Fold } from './fold.js';
import { isFault, type LedgerFault, OLD_VERSION, parseEntry } from './parse-entry.js';

export interface Replay {
  readonly chain: Chain;
  readonly fold: Fold;
  readonly last: Entry | undefined;
  /** The bytes of all finished lines. */
  readonly size: number;
  /** The unfinished last line: a write that was cut off, or is being made. Empty when there is none. */
  readonly tail: Buffer;
}

/** What is read, and for whom. */
export interface ReplayOptions {
  /** What messages call the ledger. */
  readonly name: string;
  /** Only its entries count. */
  readonly endpoint: string;
  readonly environment: string;
  /** Is given each entry, in their order. */
  readonly onEntry?: (entry: Entry) => void;
}

/**
 * Reads a ledger that the tool itself wrote: every entry's shape and place are checked, its hash is not; that is what
 * verify.ts is for. No lines are an empty ledger. Throws a LedgerError that names the first bad entry.
 */
export async function replay(source: LineSource, options: ReplayOptions): Promise<Replay> {
  const { name, endpoint, environment, onEntry } = options;
  const chain = createChain();
  const fold = createFold();
  let last: Entry | undefined;
  let size = 0;
  let tail: Buffer = Buffer.alloc(0);
  for await (const lines of source) {
    for (const { bytes, finished } of lines) {
      if (!finished) {
        tail = bytes;
        continue;
      }
      const entry = parseEntry(bytes, chain.entries + 1);
      if (isFault(entry)) throw brokenLedger(name, entry);
      const fault = chain.add(entry) ?? (entry.endpoint === endpoint ? fold.add(entry) : undefined);
      if (fault !== undefined) throw brokenLedger(name, fault);
      onEntry?.(entry);
      last = entry;
      size += bytes.length + 1;
    }
  }
  if (chain.genesis !== undefined && chain.genesis.environment !== environment) {
    throw new KnownError(
      'LedgerError',
      `${name}: it is the ledger of ${chain.genesis.environment}, not of ${environment}`,
      {
        hint: `Put the ledger of ${environment} back, or give it another folder with --ledger.`,
      },
    );
  }
  return { chain, fold, last, size, tail };
}

/** The error for a ledger that can't be trusted as it is. */
export function brokenLedger(name: string, { seq, code, message }: LedgerFault): KnownError {
  if (seq === 1 && code === OLD_VERSION) return oldLedger(name, message);
  return new KnownError('LedgerError', `${name}:${seq}: ${message}`, {
    hint: 'Nothing is written to a broken ledger. See what `cxone-gitops audit verify` says, and put a good copy back.',
  });
}

/** No release wrote version 1, so a ledger of it is given up, not converted. */
function oldLedger(name: string, message: string): KnownError {
  return new KnownError('LedgerError', `${name}:1: ${message}`, {
    hint: 'Move this ledger away, or name another place with --ledger FOLDER. The next apply begins a new ledger.',
  });
}
