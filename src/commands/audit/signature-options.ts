import { parseCheckpoint } from '../../ledger/checkpoint/checkpoint.js';
import { isNoteFault, MAX_NOTE } from '../../ledger/checkpoint/signed-note.js';
import { PRIVATE_KEY, type PublicKey, parsePublicKey } from '../../ledger/checkpoint/signing-key.js';
import type { LedgerStore } from '../../ledger/ledger-store.js';
import { type KeptCheckpoint, type SignaturesCheck, signaturesCheck } from '../../ledger/verify/signatures-check.js';
import { KnownError } from '../../model/known-error.js';
import type { Context } from '../context.js';
import { maskPrivateKeys } from '../secrets/mask-private-keys.js';
import { readSmallFile } from '../secrets/small-file.js';

/** The options of `audit verify` about signatures. */
export interface SignatureOptions {
  /** A public key, or a file that holds one. */
  readonly publicKey?: string;
  /** Files of checkpoints that were kept elsewhere. */
  readonly checkpoint: readonly string[];
  readonly minSize?: number;
  readonly requireSigned?: boolean;
}

/** Makes the check of one environment's ledger; undefined where there is nothing to hold it against. */
export type OpenSignatures = (environment: string, store: LedgerStore) => Promise<SignaturesCheck | undefined>;

/**
 * Reads what the options name, once for all environments of the run. A checkpoint is held against the ledger of the
 * environment that it names; one that names none of them against the first, which it then is a fault of. Throws a
 * KnownError for what is no key or no checkpoint.
 */
export async function openSignatures(
  context: Context,
  { publicKey, checkpoint, minSize, requireSigned = false }: SignatureOptions,
  environments: readonly string[],
): Promise<OpenSignatures> {
  if (requireSigned && publicKey === undefined) {
    throw new KnownError('OptionError', '--require-signed needs --public-key', {
      hint: 'A key that only the ledger itself names proves nothing: whoever rewrites it puts his own there.',
    });
  }
  const pinned = publicKey === undefined ? undefined : await readPublicKey(context, publicKey);
  const files = await Promise.all(checkpoint.map((file) => readCheckpoint(context, file)));
  const [first] = environments;
  const kept = (environment: string) =>
    files.filter((file) => {
      const named = environmentOf(file);
      return named === environment || (environment === first && !environments.includes(named));
    });
  return async (environment, store) => {
    const own = await store.readCheckpoint();
    const mine = kept(environment);
    const isAsked = mine.length > 0 || pinned !== undefined || minSize !== undefined;
    if (own === undefined && !isAsked) return undefined;
    return signaturesCheck({ environment, own, kept: mine, pinned, minSize, requireSigned });
  };
}

function environmentOf({ checkpoint }: KeptCheckpoint): string {
  return checkpoint.origin.slice(checkpoint.origin.indexOf('/') + 1);
}

/** A key's text has 350 characters at most. */
const maxKeyBytes = 4096;

async function readPublicKey(context: Context, named: string): Promise<PublicKey> {
  const given = parsePublicKey(named);
  if (given !== undefined) return given;
  if (named.includes(PRIVATE_KEY)) throw privateHalf('--public-key');
  const text = (await readSmallFile(context, '--public-key', named, maxKeyBytes)).text.trim();
  maskPrivateKeys(context, text);
  if (text.includes(PRIVATE_KEY)) throw privateHalf(`--public-key ${named}`);
  const key = parsePublicKey(text);
  if (key !== undefined) return key;
  throw new KnownError('OptionError', `--public-key ${named}: it holds no public key`, {
    hint: 'Such a key is `name+id+base64`: what `cxone-gitops audit keygen` prints, and writes to FILE.pub.',
  });
}

function privateHalf(where: string): KnownError {
  return new KnownError('OptionError', `${where}: this is the private half of a key`, {
    hint: 'Who verifies needs the public one only, the file .pub beside it. A private key that was shown is to be replaced: `audit rotate`.',
  });
}

async function readCheckpoint(context: Context, named: string): Promise<KeptCheckpoint> {
  const { text } = await readSmallFile(context, '--checkpoint', named, MAX_NOTE);
  const checkpoint = parseCheckpoint(text);
  if (!isNoteFault(checkpoint)) return { named, checkpoint };
  throw new KnownError('OptionError', `--checkpoint ${named}: it is no checkpoint: ${checkpoint.fault}`, {
    hint: 'Give a copy of what is beside a ledger, ENV.checkpoint, as it was kept.',
  });
}
