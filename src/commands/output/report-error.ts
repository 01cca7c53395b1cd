import { ExitCode } from '../../model/exit-code.js';
import { fileFault, isFileError } from '../../model/file-fault.js';
import type { Error as ErrorDocument } from '../../model/generated/error.js';
import { KnownError } from '../../model/known-error.js';
import type { Problem } from '../../model/problem.js';
import { escapeTerminal } from '../../report/escape-terminal.js';
import { jsonReport } from '../../report/json.js';
import { refusalLines } from '../../report/refusal-lines.js';
import type { Context } from '../context.js';
import { prosePage } from './prose-page.js';

/** Shows what ended the run, in the format that was asked for, and returns its exit code. */
export async function reportError(
  context: Context,
  error: unknown,
  { format, verbose }: { readonly format?: string; readonly verbose?: boolean },
): Promise<ExitCode> {
  if (format === 'json') context.out.write(jsonReport(errorDocument(error)));
  context.err.write(await errorText(context, error, verbose === true));
  return exitCodeOf(error);
}

/** 70 for everything that is neither a KnownError nor an error of the file system: it is a bug. */
export function exitCodeOf(error: unknown): ExitCode {
  const known = knownErrorOf(error);
  return known instanceof KnownError ? known.exitCode : ExitCode.bug;
}

/** An error of the file system where no code expected one: the system refused, and that is no bug. */
function knownErrorOf(error: unknown): unknown {
  if (error instanceof KnownError || !isFileError(error)) return error;
  const { words, hint } = fileFault(error);
  return new KnownError('FileError', `${error.path}: ${words}`, { hint, cause: error });
}

/** The error as `--format json` prints it. */
export function errorDocument(thrown: unknown): ErrorDocument {
  const error = knownErrorOf(thrown);
  if (!(error instanceof KnownError)) {
    const message = `cxone-gitops has a bug: ${error instanceof Error ? error.message : String(error)}`;
    return {
      formatVersion: 1,
      status: 'error',
      error: { code: 'InternalError', message, hint: bugHint, exitCode: ExitCode.bug },
    };
  }
  const { code, message, hint = '', exitCode, problems } = error;
  const listed = problems.length === 0 ? {} : { problems: problems.map(problemDocument) };
  return { formatVersion: 1, status: 'error', error: { code, message, hint, exitCode, ...listed } };
}

/** A problem without what only a person at a terminal wants. */
export function problemDocument({ excerpt: _shownAsText, ...problem }: Problem) {
  return { ...problem, hint: problem.hint ?? '' };
}

const bugHint =
  'Please report it with the output of the same command and --verbose: see CONTRIBUTING.md, "Reporting a bug".';

async function errorText({ err }: Context, error: unknown, verbose: boolean): Promise<string> {
  const { paint } = err.page;
  const document = errorDocument(error).error;
  const lines: string[] = [];
  if (error instanceof KnownError && error.problems.length > 0) {
    const { problemsText } = await import('../../report/problems-text.js');
    lines.push(problemsText(error.problems, prosePage(err)));
  }
  lines.push(`${paint.red('error:')} ${escapeTerminal(document.message)}`);
  if (error instanceof KnownError) lines.push(...refusalLines(error.refusals, prosePage(err)));
  if (document.hint) lines.push(`${paint.cyan('hint:')} ${escapeTerminal(document.hint)}`);
  if (verbose && error instanceof Error) lines.push(...stackLines(error));
  return `${lines.join('\n')}\n`;
}

/** Only under `--verbose`. */
function stackLines(error: Error): string[] {
  const stack = error instanceof KnownError ? '' : (error.stack ?? '');
  const cause = error.cause instanceof Error ? [`caused by: ${error.cause.message}`] : [];
  return [...stack.split('\n').slice(1), ...cause].filter((line) => line !== '').map(escapeTerminal);
}
