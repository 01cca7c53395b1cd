import type { WebhookTarget } from '../../model/trusted-settings.js';
import type { Context } from '../context.js';
import type { Trusted } from '../trust/choose-trusted.js';
import { requestVariable } from '../trust/trust.js';

/**
 * The variables of header values that a run may read to tell if they have changed, and where their values may go;
 * undefined for all that its manifests name. What nobody has approved yet has no secret read: a pull request's run reads
 * those only that the trusted ref names, and none is read while trusted settings wait to be accepted (`pending`;
 * docs/security.md, "Trust").
 */
export function readableSecrets(
  context: Pick<Context, 'env'>,
  { atRef }: Pick<Trusted, 'atRef'>,
  { pending }: { readonly pending: boolean },
): readonly WebhookTarget[] | undefined {
  if (pending) return [];
  if (atRef !== undefined) return atRef.settings.webhooks;
  return requestVariable(context) === undefined ? undefined : [];
}
