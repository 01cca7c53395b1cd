import path from 'node:path';
import { openGit } from '../../git/git.js';
import { isTracked } from '../../git/is-tracked.js';
import { decode } from '../../manifest/decode.js';
import { cutProblems } from '../../manifest/sort-problems.js';
import { KnownError } from '../../model/known-error.js';
import type { Problem } from '../../model/problem.js';
import type { Context } from '../context.js';
import { envFileBytes } from './env-file-bytes.js';
import { maskEnvironment } from './mask-environment.js';
import { type EnvFileFault, parseEnvFile } from './parse-env-file.js';

/**
 * The credentials and header values of the file that `--env-file` names, by their variables; they are masked. Throws a
 * KnownError for a file that can't be read or that git tracks, and one with the problem of each line that can't be used.
 */
export async function readEnvFile(context: Context, file: string): Promise<Readonly<Record<string, string>>> {
  await refuseTracked(context, file);
  const decoded = decode(await envFileBytes(context, file));
  if (!('text' in decoded)) {
    const { code, message, hint = 'Save it as UTF-8.', line = 1 } = decoded;
    throw unusable(file, [{ line, code, message, hint }]);
  }
  const { values, faults } = parseEnvFile(decoded.text);
  maskEnvironment({ env: values, secrets: context.secrets });
  if (faults.length > 0) throw unusable(file, faults);
  return values;
}

/** Without the lines around: they hold secrets. */
function unusable(file: string, faults: readonly EnvFileFault[]): KnownError {
  const problems = faults.map((fault): Problem => ({ severity: 'error', file, column: 1, path: '', ...fault }));
  return new KnownError('OptionError', `--env-file ${file}: nothing of it was used, see the problems`, {
    hint: 'Correct its lines, then run the command again.',
    problems: cutProblems(problems, 100),
  });
}

async function refuseTracked(context: Context, file: string): Promise<void> {
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
  if (!tracked) return;
  throw new KnownError(
    'ConfigurationError',
    `--env-file ${file}: git tracks it, so its secrets are in the repository`,
    {
      hint: 'Take it out with `git rm --cached`, change the secrets, and add it to .gitignore.',
    },
  );
}
