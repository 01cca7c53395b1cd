import { claimedElsewhere, openClaims } from '../../manifest/claimed-elsewhere.js';
import { folderSource } from '../../manifest/folder-source.js';
import { keepHeapSmall } from '../../manifest/keep-heap-small.js';
import { listEnvironments } from '../../manifest/list-environments.js';
import { type LoadedEnvironment, loadEnvironment } from '../../manifest/load-environment.js';
import { environmentFile } from '../../manifest/read-folder.js';
import { cutProblems, withProblems } from '../../manifest/sort-problems.js';
import { ExitCode } from '../../model/exit-code.js';
import type { Validate } from '../../model/generated/validate.js';
import { KnownError } from '../../model/known-error.js';
import { isValid } from '../../model/problem.js';
import type { CheckedEnvironment, EnvironmentReport, UnreadEnvironment } from '../../report/environment-report.js';
import { explainText } from '../../report/explain-text.js';
import { verdictLine } from '../../report/verdict.js';
import { appendStepSummary } from '../ci/step-summary.js';
import type { Context, SharedOptions } from '../context.js';
import { type EnvironmentResult, eachEnvironment, selectEnvironments } from '../environment/each-environment.js';
import { prosePage } from '../output/prose-page.js';
import { errorDocument, problemDocument } from '../output/report-error.js';
import { explain } from './explain.js';
import { isOneDocument, printDocument } from './validation-report.js';

export interface ValidateOptions extends SharedOptions {
  /** The identity of a resource whose fields are shown with what sets them. */
  readonly explain?: string;
}

/**
 * `cxone-gitops validate`: everything that can be checked without network and credentials, all problems at once. Formats
 * that other programs read hold what could not be read, too, also where that ends the run.
 */
export async function validateCommand(
  context: Context,
  named: readonly string[],
  options: ValidateOptions,
): Promise<ExitCode> {
  const reports: EnvironmentReport[] = [];
  try {
    return await validateEach(context, named, options, reports);
  } catch (error) {
    if (reports.length === 0) reports.push(unread('', error, options.root));
    throw error;
  } finally {
    printDocument(context, options.format, reports);
    await appendStepSummary(context, options, reports);
  }
}

/** The most problems of all environments of a run together: what is kept to make one document of them. */
const maxProblemsOfRun = 10_000;

/** Adds a report for each environment that it comes to. */
async function validateEach(
  context: Context,
  named: readonly string[],
  options: ValidateOptions,
  reports: EnvironmentReport[],
): Promise<ExitCode> {
  refuseToExplain(named, options);
  // It reads what nobody has reviewed.
  keepHeapSmall();
  const source = folderSource(options.root);
  const all = options.all === true || named.length === 0;
  const { environments, single } = selectEnvironments(
    named,
    all,
    all ? await listEnvironments(source) : [],
    options.root,
  );
  const claimsOf = openClaims(source, options.allowHost);
  let left = maxProblemsOfRun;
  return eachEnvironment(context, options, environments, single, async (environment) => {
    try {
      // Read and let go before the environment itself: two that are large at once could be more than memory holds.
      const claims = await claimsOf(environment);
      const loaded = await loadEnvironment(source, environment, { allowHosts: options.allowHost });
      const claimed = claimedElsewhere([...loaded.resources, ...loaded.faulty], claims);
      const problems = cutProblems(withProblems(loaded.problems, claimed), left);
      left = Math.max(0, left - problems.length);
      const report = { environment, problems, resources: loaded.resources.length + loaded.faulty.length };
      // Only text shows the lines around a problem, and an environment at a time.
      reports.push({ ...report, problems: problems.map(({ excerpt: _lines, ...problem }) => problem) });
      return await resultOf(context, options, report, loaded);
    } catch (error) {
      reports.push(unread(environment, error, `${options.root}/${environment}/${environmentFile}`));
      throw error;
    }
  });
}

async function resultOf(
  { out }: Context,
  { format, explain: id }: ValidateOptions,
  report: CheckedEnvironment,
  loaded: LoadedEnvironment,
): Promise<EnvironmentResult> {
  const { environment, problems } = report;
  const valid = isValid(problems);
  const explained = id === undefined ? undefined : explain(id, loaded);
  const document: Validate = {
    formatVersion: 1,
    environment,
    status: valid ? 'valid' : 'invalid',
    problems: problems.map(problemDocument),
    ...(explained !== undefined && { explained }),
  };
  const exitCode = valid ? ExitCode.done : ExitCode.invalid;
  if (isOneDocument(format)) return { document, exitCode };
  const blocks = [
    // Code frames take a library that a valid environment does without.
    ...(problems.length > 0
      ? [(await import('../../report/problems-text.js')).problemsText(problems, prosePage(out))]
      : []),
    ...(explained === undefined ? [] : [explainText(explained, environment, out.page)]),
    `${verdictLine(report, out.page.paint)}\n`,
  ];
  return { document, text: () => blocks.join('\n'), exitCode };
}

/** One resource of one environment, in a format that has room for it. */
function refuseToExplain(named: readonly string[], { explain: id, format, all }: ValidateOptions): void {
  if (id === undefined) return;
  if (all === true || new Set(named).size !== 1) {
    const hint = 'Name the environment: cxone-gitops validate <env> --explain IDENTITY.';
    throw new KnownError('OptionError', '--explain is about one resource of one environment', { hint });
  }
  if (!isOneDocument(format)) return;
  throw new KnownError('OptionError', `--explain and --format ${format} were given together`, {
    hint: 'It is shown with --format text or json.',
  });
}

function unread(environment: string, error: unknown, file: string): UnreadEnvironment {
  return { environment, error: errorDocument(error).error, file };
}
