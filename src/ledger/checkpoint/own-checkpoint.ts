import { KnownError } from '../../model/known-error.js';
import type { Chain } from '../chain.js';
import type { Entry } from '../entry.js';
import { originOf, parseCheckpoint } from './checkpoint.js';
import { judgeCheckpoint } from './judge-checkpoint.js';
import { isNoteFault } from './signed-note.js';

/** What messages call the checkpoint that is kept beside a ledger. */
export const OWN_CHECKPOINT = 'the checkpoint beside it';

/** The checkpoint of a ledger that is being read. */
export interface OwnCheckpoint {
  /** Takes the next entry. */
  readonly onEntry: (entry: Entry) => void;
  /**
   * How many entries it signs, once all were read; 0 where there is none. Throws a LedgerError unless the ledger begins
   * with what was signed.
   */
  readonly signedTo: (chain: Chain) => number;
}

/**
 * Holds the checkpoint that is kept beside a ledger, where there is one, against the entries as they are read: one
 * that was cut or rewritten is not written on. That needs no key at hand: the ledger says whose signature it has to be.
 */
export function watchOwnCheckpoint(name: string, environment: string, text: string | undefined): OwnCheckpoint {
  const checkpoint = text === undefined ? undefined : parseCheckpoint(text);
  let head: string | undefined;
  return {
    onEntry: ({ seq, hash }) => {
      if (checkpoint !== undefined && !isNoteFault(checkpoint) && seq === checkpoint.size) head = hash;
    },
    signedTo({ genesis, entries, keys }) {
      if (checkpoint === undefined) return 0;
      if (isNoteFault(checkpoint)) throw refused(name, `${OWN_CHECKPOINT} is none: ${checkpoint.fault}`);
      const origin = genesis && originOf(genesis.ledgerId, environment);
      const read = { origin, entries, keys, head, whole: true };
      const found = judgeCheckpoint(checkpoint, OWN_CHECKPOINT, read, undefined);
      if (found !== undefined && 'code' in found) {
        throw refused(name, found.seq === null ? found.message : `entry ${found.seq}: ${found.message}`);
      }
      return checkpoint.size;
    },
  };
}

function refused(name: string, message: string): KnownError {
  return new KnownError('LedgerError', `${name}: ${message}`, {
    hint: 'Nothing is written to such a ledger. See what `cxone-gitops audit verify` says, and put good copies of both back.',
  });
}
