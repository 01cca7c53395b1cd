import type { PublicKey } from '../../ledger/checkpoint/signing-key.js';
import { ExitCode } from '../../model/exit-code.js';
import type { AuditRotate } from '../../model/generated/audit-rotate.js';
import { KnownError } from '../../model/known-error.js';
import { auditRotateText } from '../../report/audit-key-text.js';
import { jsonReport } from '../../report/json.js';
import type { Context, SharedOptions } from '../context.js';
import { withLedger } from '../ledger/with-ledger.js';
import { prosePage } from '../output/prose-page.js';
import { readSigner, readSigningKey, type SigningOptions } from '../secrets/signing-key.js';
import { openToWrite } from './open-to-write.js';

export interface AuditRotateOptions extends SharedOptions, SigningOptions {
  /** A file with the private key that is to sign from now on. */
  readonly newKey?: string;
  readonly requireDurableLedger?: boolean;
}

/**
 * `cxone-gitops audit rotate`: puts another key in the place of the one that signs a ledger, by an entry that both sign.
 * It talks to no CXone, and needs no credentials.
 */
export async function auditRotateCommand(
  context: Context,
  environment: string,
  options: AuditRotateOptions,
): Promise<ExitCode> {
  if (options.newKey === undefined) throw missing('--new-key FILE', 'the key that is to sign from now on');
  const { opened, store, seen } = await openToWrite(context, options, environment);
  // No secret is read above this line.
  const signer = await readSigner(context, options);
  if (signer === undefined) throw missing('--sign-key FILE', 'the key that signs the ledger now');
  const next = await readSigningKey(context, options, '--new-key', options.newKey);
  if (seen.entries === 0) {
    throw new KnownError('ConfigurationError', `${store.name}: there is no ledger yet, so no key to replace`, {
      hint: 'The first run with --sign-key gives it one: apply, or audit deliver.',
    });
  }
  const document = await withLedger(
    context,
    options,
    { ...opened, store, signer: { ...signer, next } },
    async ({ state }) => rotated(environment, signer.key, next, state.entries),
  );
  context.out.write(
    options.format === 'json' ? jsonReport(document) : auditRotateText(document, prosePage(context.out)),
  );
  return ExitCode.done;
}

function rotated(environment: string, before: PublicKey, now: PublicKey, seq: number): AuditRotate {
  return {
    formatVersion: 1,
    environment,
    seq,
    previousKey: before.text,
    publicKey: now.text,
    keyName: now.name,
    keyId: now.id,
  };
}

function missing(option: string, what: string): KnownError {
  return new KnownError('OptionError', `${option} is missing: ${what}`, {
    hint: '`cxone-gitops audit rotate ENV --sign-key OLD --new-key NEW`; the old one may be in CXONE_GITOPS_SIGNING_KEY.',
  });
}
