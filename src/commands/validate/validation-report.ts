import { realpathSync } from 'node:fs';
import path from 'node:path';
import { findRepository } from '../../git/find-repository.js';
import type { Problem } from '../../model/problem.js';
import { type EnvironmentReport, isUnread } from '../../report/environment-report.js';
import { problemsGithub } from '../../report/problems-github.js';
import { problemsGitlab } from '../../report/problems-gitlab.js';
import { problemsJunit } from '../../report/problems-junit.js';
import { problemsSarif } from '../../report/problems-sarif.js';
import type { Context } from '../context.js';

/** The formats of `validate` that are one document for all environments. */
const documents: Readonly<Record<string, (reports: readonly EnvironmentReport[], version: string) => string>> = {
  github: problemsGithub,
  gitlab: problemsGitlab,
  sarif: problemsSarif,
  junit: problemsJunit,
};

/** Whether a format is one document that is printed when every environment was looked at. */
export function isOneDocument(format: string): boolean {
  return Object.hasOwn(documents, format);
}

/** Prints the document; nothing for a format that is printed an environment at a time. */
export function printDocument(context: Context, format: string, reports: readonly EnvironmentReport[]): void {
  const document = documents[format];
  if (document !== undefined) context.out.write(document(fromRepository(context.cwd, reports), context.version));
}

/**
 * Forges know a file by its path in the repository, wherever in it the program was started. Outside of one, paths start
 * at the current folder, as they do in text.
 */
function fromRepository(cwd: string, reports: readonly EnvironmentReport[]): EnvironmentReport[] {
  const repository = findRepository(cwd);
  const here = realpathSync(cwd);
  const top = repository === undefined || repository.embedded ? here : repository.at;
  const placed = (file: string): string => {
    if (file === '') return file;
    const relative = path.relative(top, path.resolve(here, file));
    return relative === '' || relative.startsWith('..') ? file : relative.split(path.sep).join('/');
  };
  return reports.map((report) => {
    if (isUnread(report)) return { ...report, file: placed(report.file) };
    return {
      ...report,
      problems: report.problems.map((problem): Problem => ({ ...problem, file: placed(problem.file) })),
    };
  });
}
