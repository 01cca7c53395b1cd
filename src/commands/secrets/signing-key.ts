import { realpath } from 'node:fs/promises';
import { openGit } from '../../git/git.js';
import { isTracked } from '../../git/is-tracked.js';
import type { LedgerSigner } from '../../ledger/checkpoint/ledger-signer.js';
import { PRIVATE_KEY, parseSigningKey, type SigningKey } from '../../ledger/checkpoint/signing-key.js';
import { KnownError } from '../../model/known-error.js';
import { claimsOf } from '../ci/claims.js';
import { type Context, type SharedOptions, say } from '../context.js';
import { maskPrivateKeys } from './mask-private-keys.js';
import { readSmallFile } from './small-file.js';

/** The options of commands that write the ledger. */
export interface SigningOptions {
  /** A file with the private key that signs the ledger's checkpoints. */
  readonly signKey?: string;
}

/** Holds the key itself, where there is no file to keep it in. */
const VARIABLE = 'CXONE_GITOPS_SIGNING_KEY';

/** A key's text has 350 characters at most. */
const maxBytes = 4096;

/**
 * Who signs this run's checkpoints: the key of `--sign-key` or of the variable, undefined where there is neither. A key is
 * a secret: it is read only where all that is trusted was checked (docs/security.md), and masked from then on. Throws a
 * KnownError for both at once, and for what is no such key.
 */
export async function readSigner(
  context: Context,
  options: SigningOptions & Pick<SharedOptions, 'quiet'>,
): Promise<LedgerSigner | undefined> {
  const text = context.env[VARIABLE] ?? '';
  if (options.signKey !== undefined && text !== '') {
    throw new KnownError('OptionError', `--sign-key and ${VARIABLE} both give a signing key`, {
      hint: 'Give one of them: which of the two is meant is not for this program to guess.',
    });
  }
  if (options.signKey === undefined && text === '') return undefined;
  const key =
    options.signKey === undefined
      ? keyOf(context, VARIABLE, text)
      : await readSigningKey(context, options, '--sign-key', options.signKey);
  // Once the key is masked: a ledger keeps for good what is claimed.
  return { key, claimed: claimsOf(context) };
}

/**
 * The private key of a file; `option` is what named it. Throws a KnownError for one that git tracks, for what is no plain
 * file, and for what is no key. A file that others can read is used, with a warning: mounted secrets often are so, and who
 * can't use a file would put the key where more can see it.
 */
export async function readSigningKey(
  context: Context,
  options: Pick<SharedOptions, 'quiet'>,
  option: string,
  named: string,
): Promise<SigningKey> {
  if (named.includes(PRIVATE_KEY)) {
    maskPrivateKeys(context, named);
    throw new KnownError('OptionError', `${option}: this is a key itself, which now stands where others can see it`, {
      hint: `Write it into a file of your own and name that, or put it into ${VARIABLE}; better, make a new one.`,
    });
  }
  const { file, text, mode } = await readSmallFile(context, option, named, maxBytes);
  maskPrivateKeys(context, text);
  await refuseTracked(context, `${option} ${named}`, file);
  if ((mode & 0o077) !== 0) {
    say(context, options, `warning: ${option} ${named}: others on this machine can use this file (chmod 600)`);
  }
  return keyOf(context, `${option} ${named}`, text);
}

function keyOf(context: Context, where: string, text: string): SigningKey {
  const read = parseSigningKey(text.trim());
  if (read === undefined) {
    throw new KnownError('OptionError', `${where}: it holds no signing key`, {
      hint: `A key begins with ${PRIVATE_KEY}; \`cxone-gitops audit keygen\` makes one. The file beside it, .pub, is its public half.`,
    });
  }
  for (const secret of read.secrets) context.secrets.add(secret);
  return read.key;
}

/** What git tracks is in every clone. A link may lead to it. */
async function refuseTracked(context: Context, where: string, file: string): Promise<void> {
  const git = openGit(context.env);
  for (const one of new Set([file, await realpath(file)])) {
    const tracked = await isTracked(git, one);
    if (tracked === false) continue;
    const what = tracked ? 'git tracks it, so the key is in the repository' : 'git does not say whether it tracks it';
    throw new KnownError('ConfigurationError', `${where}: ${what}`, {
      hint: tracked
        ? "Make a new key with `cxone-gitops audit keygen`, have it take this one's place with `audit rotate`, and keep it out of git."
        : 'Keep it outside the repository; or git must be installed, and trust the owner of the checkout (safe.directory).',
    });
  }
}
