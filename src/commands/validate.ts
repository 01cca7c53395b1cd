import { folderSource } from '../manifest/folder-source.js';
import { listEnvironments } from '../manifest/list-environments.js';
import { loadEnvironment } from '../manifest/load-environment.js';
import { environmentFile } from '../manifest/read-folder.js';
import { ExitCode } from '../model/exit-code.js';
import type { Validate } from '../model/generated/validate.js';
import { isValid } from '../model/problem.js';
import type { CheckedEnvironment, EnvironmentReport, UnreadEnvironment } from '../report/environment-report.js';
import { verdictLine } from '../report/verdict.js';
import type { Context, SharedOptions } from './context.js';
import { type EnvironmentResult, eachEnvironment, selectEnvironments } from './each-environment.js';
import { prosePage } from './prose-page.js';
import { errorDocument, problemDocument } from './report-error.js';
import { appendStepSummary } from './step-summary.js';
import { isOneDocument, printDocument } from './validation-report.js';

/**
 * `cxone-gitops validate`: everything that can be checked without network and credentials, all problems at once. Formats
 * that other programs read hold what could not be read, too, also where that ends the run.
 */
export async function validateCommand(
  context: Context,
  named: readonly string[],
  options: SharedOptions,
): Promise<ExitCode> {
  const reports: EnvironmentReport[] = [];
  try {
    return await validateEach(context, named, options, reports);
  } catch (error) {
    if (reports.length === 0) reports.push(unread('', error, options.root));
    throw error;
  } finally {
    await printDocument(context, options.format, reports);
    await appendStepSummary(context, options, reports);
  }
}

/** Adds a report for each environment that it comes to. */
async function validateEach(
  context: Context,
  named: readonly string[],
  options: SharedOptions,
  reports: EnvironmentReport[],
): Promise<ExitCode> {
  const source = folderSource(options.root);
  const all = options.all === true || named.length === 0;
  const { environments, single } = selectEnvironments(
    named,
    all,
    all ? await listEnvironments(source) : [],
    options.root,
  );
  return eachEnvironment(context, options, environments, single, async (environment) => {
    try {
      const { problems, resources } = await loadEnvironment(source, environment, { allowHosts: options.allowHost });
      const report = { environment, problems, resources: resources.length };
      reports.push(report);
      return await resultOf(context, options, report);
    } catch (error) {
      reports.push(unread(environment, error, `${options.root}/${environment}/${environmentFile}`));
      throw error;
    }
  });
}

async function resultOf(
  { out }: Context,
  { format }: SharedOptions,
  report: CheckedEnvironment,
): Promise<EnvironmentResult> {
  const { environment, problems } = report;
  const valid = isValid(problems);
  const document: Validate = {
    formatVersion: 1,
    environment,
    status: valid ? 'valid' : 'invalid',
    problems: problems.map(problemDocument),
  };
  const exitCode = valid ? ExitCode.done : ExitCode.invalid;
  if (isOneDocument(format)) return { document, exitCode };
  const { problemsText } = await import('../report/problems-text.js');
  const text = () =>
    `${problemsText(problems, prosePage(out))}${problems.length > 0 ? '\n' : ''}${verdictLine(report, out.page.paint)}\n`;
  return { document, text, exitCode };
}

function unread(environment: string, error: unknown, file: string): UnreadEnvironment {
  return { environment, error: errorDocument(error).error, file };
}
