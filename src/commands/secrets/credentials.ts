import { credentialFault } from '../../model/credential-fault.js';
import { KnownError } from '../../model/known-error.js';
import type { Context, SharedOptions } from '../context.js';
import { readEnvFile } from './read-env-file.js';

/** Looks up a credential or a webhook's header value by the name of its variable; from then on the value is masked. */
export interface Secrets {
  (variable: string): string | undefined;
  /** The same for what is no secret, such as the id of a client: masking a short one would garble all that is printed. */
  readonly plain: (variable: string) => string | undefined;
}

/**
 * The environment, and behind it the file of `--env-file`, which supplies `CXONE_*` variables only and overrides none
 * (docs/security.md). Throws a KnownError for a file that can't be used.
 */
export async function openSecrets(context: Context, { envFile }: Pick<SharedOptions, 'envFile'>): Promise<Secrets> {
  const fromFile = envFile === undefined ? {} : await readEnvFile(context, envFile);
  const plain = (variable: string) => context.env[variable] ?? fromFile[variable];
  const secret = (variable: string) => {
    const value = plain(variable);
    if (value !== undefined) context.secrets.add(value);
    return value;
  };
  return Object.assign(secret, { plain });
}

/**
 * The client's id and secret from the variables that the environment names. Throws a KnownError (ConfigurationError) where
 * one is unset, or holds what a credential can't; nothing of a value is shown.
 */
export function readCredentials(
  environment: string,
  variables: { readonly clientId: string; readonly clientSecret: string },
  secrets: Secrets,
): { readonly clientId: string; readonly clientSecret: string } {
  const [clientId, clientSecret] = [secrets.plain(variables.clientId) ?? '', secrets(variables.clientSecret) ?? ''];
  const unset = Object.values(variables).filter((variable) => (secrets.plain(variable) ?? '') === '');
  if (unset.length === 0) {
    refuseFaulty(environment, { [variables.clientId]: clientId, [variables.clientSecret]: clientSecret });
    return { clientId, clientSecret };
  }
  throw new KnownError(
    'ConfigurationError',
    `environment ${environment}: ${unset.join(' and ')} ${unset.length > 1 ? 'are' : 'is'} not set`,
    {
      hint: 'Set the credentials of its CXone client in the environment, or give --env-file. Against the simulator any id will do, with the secret that it prints when it starts.',
    },
  );
}

function refuseFaulty(environment: string, values: Readonly<Record<string, string>>): void {
  const faults = Object.entries(values).flatMap(([variable, value]) => {
    const fault = credentialFault(value);
    return fault === undefined ? [] : [`the value of ${variable} ${fault}`];
  });
  if (faults.length === 0) return;
  throw new KnownError('ConfigurationError', `environment ${environment}: ${faults.join(', and ')}`, {
    hint: 'Set it again without what was copied along. `printf %s` writes no line break, `echo` does.',
  });
}
