import { KnownError } from '../../model/known-error.js';
import type { Chain } from '../chain.js';
import type { Entry } from '../entry.js';
import { originOf, parseCheckpoint } from './checkpoint.js';
import { judgeCheckpoint } from './judge-checkpoint.js';
import { isNoteFault } from './signed-note.js';

/** What messages call the checkpoint that is kept beside a ledger. */
export const OWN_CHECKPOINT = 'the checkpoint beside it';

/**
 * Holds the checkpoint that is kept beside a ledger, where there is one, against the entries as they are read. `refuse`
 * throws a LedgerError unless the ledger begins with what was signed: one that was cut or rewritten is not written on.
 * That needs no key at hand: the ledger says whose signature it has to be.
 */
export function watchOwnCheckpoint(name: string, environment: string, text: string | undefined) {
  const checkpoint = text === undefined ? undefined : parseCheckpoint(text);
  let head: string | undefined;
  return {
    onEntry: ({ seq, hash }: Entry): void => {
      if (checkpoint !== undefined && !isNoteFault(checkpoint) && seq === checkpoint.size) head = hash;
    },
    refuse({ genesis, entries, keys }: Chain): void {
      if (checkpoint === undefined) return;
      if (isNoteFault(checkpoint)) throw refused(name, `${OWN_CHECKPOINT} is none: ${checkpoint.fault}`);
      const origin = genesis && originOf(genesis.ledgerId, environment);
      const read = { origin, entries, keys, head, whole: true };
      const found = judgeCheckpoint(checkpoint, OWN_CHECKPOINT, read, undefined);
      if (found !== undefined && 'code' in found) {
        throw refused(name, found.seq === null ? found.message : `entry ${found.seq}: ${found.message}`);
      }
    },
  };
}

function refused(name: string, message: string): KnownError {
  return new KnownError('LedgerError', `${name}: ${message}`, {
    hint: 'Nothing is written to such a ledger. See what `cxone-gitops audit verify` says, and put good copies of both back.',
  });
}
