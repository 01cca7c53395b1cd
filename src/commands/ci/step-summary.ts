import { appendFile } from 'node:fs/promises';
import { fileFault } from '../../model/file-fault.js';
import type { EnvironmentReport } from '../../report/environment-report.js';
import { validateSummary } from '../../report/validate-summary.js';
import { type Context, type SharedOptions, say } from '../context.js';

const variable = 'GITHUB_STEP_SUMMARY';

/**
 * Appends what `validate` found to the summary of a step in GitHub Actions, where the variable names its file. The runner
 * chose that path. A summary that can't be written is a warning: it changes no verdict.
 */
export async function appendStepSummary(
  context: Context,
  options: Pick<SharedOptions, 'quiet'>,
  reports: readonly EnvironmentReport[],
): Promise<void> {
  const file = context.env[variable];
  if (file === undefined || file === '') return;
  try {
    await appendFile(file, context.secrets.apply(validateSummary(reports)));
  } catch (error) {
    const { words } = fileFault(error);
    say(context, options, `warning: ${variable}=${file}: the summary can't be written there: ${words}`);
  }
}
