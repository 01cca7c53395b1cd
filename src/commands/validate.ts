import { folderSource } from '../manifest/folder-source.js';
import { listEnvironments } from '../manifest/list-environments.js';
import { loadEnvironment } from '../manifest/load-environment.js';
import { ExitCode } from '../model/exit-code.js';
import type { Validate } from '../model/generated/validate.js';
import { isValid, type Problem } from '../model/problem.js';
import { counted } from '../report/counted.js';
import type { Context, SharedOptions } from './context.js';
import { eachEnvironment, selectEnvironments } from './each-environment.js';
import { problemDocument } from './report-error.js';

/** `cxone-gitops validate`: everything that can be checked without network and credentials, all problems at once. */
export async function validateCommand(
  context: Context,
  named: readonly string[],
  options: SharedOptions,
): Promise<ExitCode> {
  const source = folderSource(options.root);
  const all = options.all === true || named.length === 0;
  const { environments, single } = selectEnvironments(
    named,
    all,
    all ? await listEnvironments(source) : [],
    options.root,
  );
  const { problemsText } = await import('../report/problems-text.js');
  return eachEnvironment(context, options, environments, single, async (environment) => {
    const { problems, resources } = await loadEnvironment(source, environment, { allowHosts: options.allowHost });
    const valid = isValid(problems);
    const document: Validate & { environment: string } = {
      formatVersion: 1,
      environment,
      status: valid ? 'valid' : 'invalid',
      problems: problems.map(problemDocument),
    };
    return {
      document,
      text: () =>
        `${problemsText(problems, context.out.page)}${problems.length > 0 ? '\n' : ''}${verdict(context, environment, problems, resources.length)}`,
      exitCode: valid ? ExitCode.done : ExitCode.invalid,
    };
  });
}

function verdict({ out }: Context, environment: string, problems: readonly Problem[], resources: number): string {
  const { paint } = out.page;
  const count = (severity: Problem['severity']) => problems.filter((problem) => problem.severity === severity).length;
  const words = [
    counted(resources, 'resource'),
    counted(count('error'), 'error'),
    counted(count('warning'), 'warning'),
  ];
  const mark = isValid(problems) ? paint.green('✔ valid') : paint.red('✖ invalid');
  return `${mark} ${paint.bold(environment)}: ${words.join(', ')}\n`;
}
