import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { openGit } from '../../git/git.js';
import { isTracked } from '../../git/is-tracked.js';
import { KnownError } from '../../model/known-error.js';
import type { Context, SharedOptions } from '../context.js';
import { maskEnvironment } from './mask-environment.js';

/** Looks up a credential or a webhook's header value by the name of its variable; from then on the value is masked. */
export interface Secrets {
  (variable: string): string | undefined;
  /** The same for what is no secret, such as the id of a client: masking a short one would garble all that is printed. */
  readonly plain: (variable: string) => string | undefined;
}

/**
 * The environment, and behind it the file of `--env-file`, which supplies `CXONE_*` variables only and overrides none
 * (docs/security.md). Throws a KnownError for a file that can't be read or that git tracks.
 */
export async function openSecrets(context: Context, { envFile }: Pick<SharedOptions, 'envFile'>): Promise<Secrets> {
  const fromFile = envFile === undefined ? {} : await readEnvFile(context, envFile);
  const plain = (variable: string) =>
    context.env[variable] ?? (/^CXONE_(?!GITOPS_)/.test(variable) ? fromFile[variable] : undefined);
  const secret = (variable: string) => {
    const value = plain(variable);
    if (value !== undefined) context.secrets.add(value);
    return value;
  };
  return Object.assign(secret, { plain });
}

/** The client's id and secret from the variables that the environment names. Throws a KnownError where one is unset. */
export function readCredentials(
  environment: string,
  variables: { readonly clientId: string; readonly clientSecret: string },
  secrets: Secrets,
): { readonly clientId: string; readonly clientSecret: string } {
  const [clientId, clientSecret] = [secrets.plain(variables.clientId) ?? '', secrets(variables.clientSecret) ?? ''];
  const unset = Object.values(variables).filter((variable) => (secrets.plain(variable) ?? '') === '');
  if (unset.length === 0) return { clientId, clientSecret };
  throw new KnownError(
    'ConfigurationError',
    `environment ${environment}: ${unset.join(' and ')} ${unset.length > 1 ? 'are' : 'is'} not set`,
    {
      hint: 'Set the credentials of its CXone client in the environment, or give --env-file. Against the simulator any id will do, with the secret that it prints when it starts.',
    },
  );
}

async function readEnvFile(context: Context, file: string): Promise<Record<string, string | undefined>> {
  const tracked = await isTracked(openGit(context.env), path.resolve(context.cwd, file));
  if (tracked === undefined) {
    throw new KnownError(
      'ConfigurationError',
      `--env-file ${file}: it is in a repository, and git does not say whether it tracks the file`,
      {
        hint: 'Keep it outside the repository; or git must be installed, and trust the owner of the checkout (safe.directory).',
      },
    );
  }
  if (tracked) {
    throw new KnownError(
      'ConfigurationError',
      `--env-file ${file}: git tracks it, so its secrets are in the repository`,
      {
        hint: 'Take it out with `git rm --cached`, change the secrets, and add it to .gitignore.',
      },
    );
  }
  try {
    const env = parseEnv(await readFile(path.resolve(context.cwd, file), 'utf8'));
    maskEnvironment({ env, secrets: context.secrets });
    return env;
  } catch (cause) {
    throw new KnownError('OptionError', `--env-file ${file}: it can't be read`, { hint: 'Check its path.', cause });
  }
}
