import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { openGit } from '../git/git.js';
import { isTracked } from '../git/is-tracked.js';
import { KnownError } from '../model/known-error.js';
import type { Context, SharedOptions } from './context.js';

/** Looks up a credential or a webhook's header value by the name of its variable. */
export type Secrets = (variable: string) => string | undefined;

/**
 * The environment, and behind it the file of `--env-file`, which supplies `CXONE_*` variables only and overrides none
 * (docs/security.md). Throws a KnownError for a file that can't be read or that git tracks.
 */
export async function openSecrets(context: Context, { envFile }: Pick<SharedOptions, 'envFile'>): Promise<Secrets> {
  const fromFile = envFile === undefined ? {} : await readEnvFile(context, path.resolve(context.cwd, envFile));
  return (variable) => {
    const fallback = /^CXONE_(?!GITOPS_)/.test(variable) ? fromFile[variable] : undefined;
    const value = context.env[variable] ?? fallback;
    if (value !== undefined) context.addSecret(value);
    return value;
  };
}

/** The client's id and secret from the variables that the environment names. Throws a KnownError where one is unset. */
export function readCredentials(
  environment: string,
  variables: { readonly clientId: string; readonly clientSecret: string },
  secrets: Secrets,
): { readonly clientId: string; readonly clientSecret: string } {
  const read = (variable: string) => secrets(variable) ?? '';
  const [clientId, clientSecret] = [read(variables.clientId), read(variables.clientSecret)];
  const unset = Object.values(variables).filter((variable) => read(variable) === '');
  if (unset.length === 0) return { clientId, clientSecret };
  throw new KnownError(
    'ConfigurationError',
    `environment ${environment}: ${unset.join(' and ')} ${unset.length > 1 ? 'are' : 'is'} not set`,
    {
      hint: 'Set the credentials of its CXone client in the environment, or give --env-file. Against the simulator any id and the secret simulator-secret will do.',
    },
  );
}

async function readEnvFile(context: Context, file: string): Promise<Record<string, string | undefined>> {
  if (await isTracked(openGit(context.env), file)) {
    throw new KnownError(
      'ConfigurationError',
      `--env-file ${file}: git tracks it, so its secrets are in the repository`,
      {
        hint: 'Take it out with `git rm --cached`, change the secrets, and add it to .gitignore.',
      },
    );
  }
  try {
    return parseEnv(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new KnownError('OptionError', `--env-file ${file}: it can't be read`, { hint: 'Check its path.', cause });
  }
}
