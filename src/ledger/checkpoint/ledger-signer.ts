import type { Claimed } from '../../model/generated/ledger-entry.js';
import { KnownError } from '../../model/known-error.js';
import type { Chain } from '../chain.js';
import type { OwnBody } from '../entry.js';
import type { Checkpointer } from '../ledger-store.js';
import { originOf, signCheckpoint } from './checkpoint.js';
import { keyBody } from './key-entry.js';
import { keyWords, type SigningKey } from './signing-key.js';

/** Who signs the checkpoints of a ledger. */
export interface LedgerSigner {
  /** The ledger's current key, or the first one of a ledger that has none. */
  readonly key: SigningKey;
  /** The key that takes its place with this run. */
  readonly next?: SigningKey;
  /** Who says so. */
  readonly claimed: Claimed;
}

/**
 * Throws a KnownError (ConfigurationError) unless this is who signs the ledger that has these keys: another key would need
 * the signature of the one before it.
 */
export function refuseSigner(name: string, { key, next }: LedgerSigner, { keys }: Pick<Chain, 'keys'>): void {
  const { current } = keys;
  if (current === undefined && next !== undefined) {
    throw new KnownError('ConfigurationError', `${name}: it has no signing key that could be replaced`, {
      hint: 'The first run with --sign-key gives it one: apply, or audit deliver.',
    });
  }
  if (current !== undefined && current.text !== key.text) {
    const retired = keys.find(key) === undefined ? '' : ', which it had before';
    throw new KnownError(
      'ConfigurationError',
      `${name}: its signing key is ${keyWords(current)}, and this run would sign with ${keyWords(key)}${retired}`,
      {
        hint: 'Nothing was written. Sign with its key; `cxone-gitops audit rotate` gives it a new one, which both sign.',
      },
    );
  }
  const earlier = next === undefined ? undefined : keys.find(next);
  if (next === undefined || earlier === undefined) return;
  throw new KnownError(
    'ConfigurationError',
    `${name}: ${keyWords(next)} is its key since entry ${earlier.from} already`,
    {
      hint: 'Nothing was written. A key comes once: make a new one with `cxone-gitops audit keygen`.',
    },
  );
}

/** The entry of the key that a run brings to a ledger which ends here; undefined where it is the ledger's already. */
export function keyToAdd(
  { key, next, claimed }: LedgerSigner,
  { keys, entries, head }: Pick<Chain, 'keys' | 'entries' | 'head'>,
  origin: string,
): Extract<OwnBody, { kind: 'key' }> | undefined {
  const place = { origin, seq: entries + 1, prev: head };
  if (keys.current === undefined) return { kind: 'key', ...keyBody(place, key, undefined), claimed };
  return next === undefined ? undefined : { kind: 'key', ...keyBody(place, next, key), claimed };
}

/**
 * Signs what a ledger of this environment ends with, by the key that it has there: where the entry of a new one could not
 * be written, a checkpoint by that would be nobody's, and the ledger would be written no more.
 */
export function checkpointer(
  { key, next = key }: LedgerSigner,
  environment: string,
  { keys }: Pick<Chain, 'keys'>,
): Checkpointer {
  return ({ ledgerId, seq, hash }) => {
    const current = keys.at(seq)?.key.text;
    const own = [next, key].find(({ text }) => text === current);
    return own && signCheckpoint(own, { origin: originOf(ledgerId, environment), size: seq, head: hash });
  };
}
