import { proxySecrets } from '../../model/proxy.js';
import type { Context } from '../context.js';
import { maskPrivateKeys } from './mask-private-keys.js';

/**
 * Masks the values of all variables that hold a secret by their name, whether or not this run reads them: a server may
 * say what an earlier run sent, and a manifest may hold what it should not.
 */
export function maskEnvironment({ env, secrets }: Pick<Context, 'env' | 'secrets'>): void {
  for (const secret of proxySecrets(env)) secrets.add(secret);
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && holdsSecret.test(name)) secrets.add(value);
    if (/^CXONE_/i.test(name)) maskPrivateKeys({ secrets }, value ?? '');
  }
}

/** Header values, and credentials that are no ids (docs/security.md, "Trust"). Windows ignores the case of names. */
const holdsSecret = /^CXONE_(?:WEBHOOK_|(?!GITOPS_).*(?:SECRET|PASSWORD|TOKEN))/iu;
