import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileFault } from '../../model/file-fault.js';
import type { Plan } from '../../model/generated/plan.js';
import { KnownError } from '../../model/known-error.js';
import { parsePlan } from '../../plan/parse-plan.js';
import type { Context } from '../context.js';

/** What stands for a masked secret. */
const masked = '***';
const maxBytes = 256 * 1024 * 1024;

/** The plan that `plan --out` saved. Throws a KnownError where it can't be read or is not one. */
export async function readSavedPlan(context: Context, file: string): Promise<Plan> {
  const text = await readBounded(path.resolve(context.cwd, file), file);
  const plan = parsePlan(text);
  if (typeof plan === 'object') return plan;
  if (text.includes(masked)) {
    // As `plan --format json >FILE` may leave it; --out refuses to.
    const line = text.slice(0, text.indexOf(masked)).split('\n').length;
    throw new KnownError(
      'OptionError',
      `--plan ${file}: ${plan}. Line ${line} holds ${masked}, which may stand for a masked secret`,
      {
        hint: 'Make it with `cxone-gitops plan <env> --out FILE`, which names the member that holds the secret.',
      },
    );
  }
  throw new KnownError('OptionError', `--plan ${file}: ${plan}`, {
    hint: 'Make it with `cxone-gitops plan <env> --out FILE`, and leave it as it is.',
  });
}

async function readBounded(target: string, file: string): Promise<string> {
  try {
    const found = await stat(target);
    // To open a named pipe would wait for somebody who writes to it.
    if (found.isFile() && found.size <= maxBytes) return await readFile(target, 'utf8');
    if (!found.isFile()) throw new Error('it is no plain file');
  } catch (cause) {
    throw new KnownError('OptionError', `--plan ${file}: it can't be read: ${fileFault(cause).words}`, {
      hint: 'Check its path: it must be a plain file.',
      cause,
    });
  }
  throw new KnownError('OptionError', `--plan ${file}: it is larger than 256 MiB`, { hint: 'Plan again.' });
}
