import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { makeFolders } from '../../ledger/file/make-folders.js';
import { folderSource } from '../../manifest/folder-source.js';
import { listEnvironments } from '../../manifest/list-environments.js';
import { ExitCode } from '../../model/exit-code.js';
import { fileFault } from '../../model/file-fault.js';
import type { Plan } from '../../model/generated/plan.js';
import { KnownError } from '../../model/known-error.js';
import { withOrigins } from '../../plan/with-origins.js';
import { jsonReport } from '../../report/json.js';
import { planMarkdown } from '../../report/plan-markdown.js';
import { planText } from '../../report/plan-text.js';
import { type Context, type SharedOptions, say } from '../context.js';
import { type EnvironmentResult, eachEnvironment, selectEnvironments } from '../environment/each-environment.js';
import { openSharedReads } from '../environment/shared-reads.js';
import { refuseToReplace } from '../output/refuse-to-replace.js';
import { refuseMasked } from '../secrets/refuse-masked.js';
import { planEnvironment } from './plan-environment.js';

export interface PlanOptions extends SharedOptions {
  /** A file for one environment, a folder of `<env>.json` for several. */
  readonly out?: string;
  readonly detailedExitcode?: boolean;
  /** The hash of trusted settings that may differ from those of the last apply. */
  readonly acceptTrust?: string;
  /** Say where the manifests set each field. */
  readonly explain?: boolean;
}

/** `cxone-gitops plan`: what apply would do. */
export async function planCommand(context: Context, named: readonly string[], options: PlanOptions): Promise<ExitCode> {
  const listed = options.all === true || named.length === 0 ? await listEnvironments(folderSource(options.root)) : [];
  const { environments, single } = selectEnvironments(named, options.all === true, listed, options.root);
  const reads = openSharedReads(context, options);
  return eachEnvironment(context, options, environments, single, async (environment): Promise<EnvironmentResult> => {
    const built = await planEnvironment(context, options, environment, reads, { judges: true });
    const { notices } = built;
    const plan = options.explain === true ? withOrigins(built.plan, built.changes) : built.plan;
    if (options.out !== undefined) await savePlan(context, options, options.out, plan, single);
    return {
      document: plan,
      text: () => (options.format === 'markdown' ? planMarkdown(plan, notices) : planText(plan, context.out.page)),
      exitCode: options.detailedExitcode === true && plan.changes.length > 0 ? ExitCode.differences : ExitCode.done,
    };
  });
}

async function savePlan(
  context: Context,
  options: SharedOptions,
  out: string,
  plan: Plan,
  single: boolean,
): Promise<void> {
  const target = path.resolve(context.cwd, out);
  const file = single ? target : path.join(target, `${plan.environment}.json`);
  const text = jsonReport(plan);
  // What masking changed is another plan, and apply would refuse it.
  refuseMasked(context.secrets, { name: `environment ${plan.environment}: --out ${out}`, text, value: plan });
  await refuseToReplace(context, `--out ${out}`, file);
  try {
    await makeFolders(path.dirname(file));
    await writeFileAtomic(file, text, { mode: 0o600 });
  } catch (cause) {
    const { words, hint } = fileFault(cause);
    throw new KnownError('FileError', `--out ${out}: the plan can't be written there: ${words}`, { hint, cause });
  }
  say(context, options, `saved ${path.relative(context.cwd, file)}`);
}
