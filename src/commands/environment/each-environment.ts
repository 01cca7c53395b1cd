import { type ExitCode, worstExitCode } from '../../model/exit-code.js';
import { KnownError } from '../../model/known-error.js';
import { jsonReport } from '../../report/json.js';
import type { Context, SharedOptions } from '../context.js';
import { errorDocument, exitCodeOf, reportError } from '../output/report-error.js';

/** What a command has to say of one environment. */
export interface EnvironmentResult {
  /** The JSON document. */
  readonly document: unknown;
  /** The same in the text format that was asked for; absent where the command prints all environments at its end. */
  readonly text?: () => string;
  readonly exitCode: ExitCode;
}

/**
 * Runs a command for each environment and prints what it says: one document where one environment was named, else
 * `{ formatVersion, environments }`. An error in one environment doesn't stop the others. Returns the worst exit code.
 */
export async function eachEnvironment(
  context: Context,
  options: SharedOptions,
  environments: readonly string[],
  single: boolean,
  run: (environment: string) => Promise<EnvironmentResult>,
): Promise<ExitCode> {
  const documents: unknown[] = [];
  const codes: ExitCode[] = [];
  for (const environment of environments) {
    try {
      const { document, text, exitCode } = await run(environment);
      codes.push(exitCode);
      if (options.format === 'json') documents.push(document);
      else if (text !== undefined) context.out.write(`${codes.length > 1 ? '\n' : ''}${text()}`);
    } catch (error) {
      if (single) throw error;
      codes.push(exitCodeOf(error));
      await reportError(context, error, { ...options, format: 'text' });
      documents.push({ environment, ...errorDocument(error) });
    }
  }
  if (options.format === 'json') {
    context.out.write(jsonReport(single ? documents[0] : { formatVersion: 1, environments: documents }));
  }
  return worstExitCode(codes);
}

/** The environments that were named, or all of them. Throws a KnownError where neither names any. */
export function selectEnvironments(
  named: readonly string[],
  all: boolean,
  listed: readonly string[],
  root: string,
): { readonly environments: readonly string[]; readonly single: boolean } {
  if (all && named.length > 0) {
    throw new KnownError('OptionError', `--all and ${named.join(', ')} were given together`, {
      hint: 'Give one of them.',
    });
  }
  if (named.length > 0) return { environments: [...new Set(named)], single: new Set(named).size === 1 };
  if (!all)
    throw new KnownError('OptionError', 'no environment was named', {
      hint: `Name one of ${listed.join(', ')}, or give --all.`,
    });
  if (listed.length > 0) return { environments: listed, single: false };
  throw new KnownError('OptionError', `${root} holds no environment`, {
    hint: 'An environment is a folder with an environment.yaml. --root names the folder that holds them; `cxone-gitops init` writes a first one.',
  });
}
