import { shellQuote } from '../model/shell-quote.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';

/** What `init` wrote, and where. */
export interface InitReport {
  readonly environment: string;
  /** The folder as the user named it; `.` for the current one. */
  readonly folder: string;
  /** Of the manifests, below the folder; undefined for the usual one. */
  readonly root: string | undefined;
  /** Below the folder, with `/`. */
  readonly files: readonly string[];
  /** What a person has to add to which file, if anything. */
  readonly advice: string | undefined;
}

/** The files that were written, a line each. */
export function initText({ environment, folder, files }: InitReport, { paint }: Page): string {
  const where = folder === '.' ? '' : ` in ${escapeTerminal(folder)}`;
  const lines = files.map((file) => `    ${escapeTerminal(file)}`);
  return [`${paint.green('✔ created')} ${paint.bold(environment)}${where}`, ...lines, ''].join('\n');
}

/** What to do next: commands to copy, from checking the manifests to a plan without any organisation. */
export function initNextSteps({ environment, folder, root, advice }: InitReport, { paint }: Page): string {
  const from = root === undefined ? '' : ` --root ${shellQuote(root)}`;
  const simulator = 'http://127.0.0.1:4010';
  const commands = [
    ...(folder === '.' ? [] : [[`cd ${shellQuote(folder)}`, '']]),
    [`cxone-gitops validate ${environment}${from}`, ''],
    ['cxone-gitops simulate --port 4010', 'in a terminal of its own'],
    ['export CXONE_CLIENT_ID=me CXONE_CLIENT_SECRET=simulator-secret', ''],
    [`cxone-gitops plan ${environment}${from} --endpoint ${simulator}`, ''],
  ];
  const lines = commands.map(([command = '', why = '']) => {
    return `    ${escapeTerminal(command)}${why === '' ? '' : paint.dim(`  # ${why}`)}`;
  });
  const last = 'Without --endpoint it is your organisation, with its own client id and secret.';
  return ['', 'Next:', ...lines, last, ...(advice === undefined ? [] : [escapeTerminal(advice)]), ''].join('\n');
}
