import type { PlannedChange } from '../plan/planned-change.js';
import { planSteps, type Stages, type Step } from '../plan/steps.js';
import type { ApplyRun } from './apply-run.js';
import { giveBack, type NameTraffic } from './give-back.js';
import type { OutcomeError, Progress } from './progress.js';
import { abandonCreate, writeStep } from './write-step.js';

/**
 * Carries out the changes of one name, stage by stage: no traffic moves while a new version is missing or half
 * configured, splits fall before others rise, and what was taken for one that can't rise is given back
 * (docs/semantics.md, "Applying"). Resolves when every change of the name has its status; what goes wrong with one is
 * in its progress.
 */
export async function applyName(run: ApplyRun, progress: readonly Progress[], traffic: NameTraffic): Promise<void> {
  const stages = planSteps(progress.map(({ change }) => change));
  const of = progressOf(progress);
  await Promise.all(stages.prepare.map((steps) => inOrder(run, steps, of, stages)));

  const shift = [...stages.lower.flat(), ...stages.raise];
  const failed = progress.find(({ status }) => status === 'failed' || status === 'unknown');
  if (failed !== undefined) await skip(run, shift, of, movesNothing(failed));
  else if (run.stopping()) return skip(run, shift, of, run.whyStopped());
  // From the first lowered split on, the shift is one unit: an interrupt waits for it, so that no traffic stays unserved.
  else await shiftTraffic(run, stages, of, traffic);
  await giveBack(run, progress, traffic);
}

type ProgressOf = (change: PlannedChange) => Progress;

function progressOf(progress: readonly Progress[]): ProgressOf {
  const byId = new Map(progress.map((one) => [one.change.id, one]));
  return ({ id }) => {
    const found = byId.get(id);
    if (found === undefined) throw new Error(`no progress for ${id}`);
    return found;
  };
}

async function inOrder(run: ApplyRun, steps: readonly Step[], of: ProgressOf, { raise }: { raise: readonly Step[] }) {
  for (const [index, step] of steps.entries()) {
    const progress = of(step.change);
    const last = index === steps.length - 1 && !raise.some(({ change }) => change === step.change);
    await writeStep(run, step, progress, { closes: last, finishes: index > 0 });
    if (progress.status === 'failed' || progress.status === 'unknown') return;
  }
}

async function shiftTraffic(run: ApplyRun, { lower, raise }: Stages, of: ProgressOf, { owed }: NameTraffic) {
  const raises = raise.map(({ change }) => change.id);
  let stuck: Progress | undefined;
  for (const [index, steps] of [...lower, raise].entries()) {
    if (stuck !== undefined) {
      await skip(run, steps, of, movesNothing(stuck));
      continue;
    }
    // Until traffic was taken, or an engine created, the shift has not begun.
    const hasBegun = index > 0 || owed.length > 0;
    const writes = steps.map((step) => {
      const progress = of(step.change);
      const before = owed.find((one) => one.progress.change.id === step.change.id)?.before;
      const finishes = hasBegun || progress.written;
      return writeStep(run, step, progress, { closes: true, finishes, shift: { before, raises } });
    });
    await Promise.all(writes);
    stuck = steps.map(({ change }) => of(change)).find(({ status }) => status !== 'applied');
  }
}

async function skip(run: ApplyRun, steps: readonly Step[], of: ProgressOf, error: OutcomeError): Promise<void> {
  for (const step of steps) {
    const progress = of(step.change);
    progress.error ??= error;
    if (progress.written && progress.status === 'not-attempted') await abandonCreate(run, step, progress);
  }
}

function movesNothing({ change }: Progress): OutcomeError {
  return {
    code: 'dependency-failed',
    message: `no traffic of ${change.resource.identity.name} was moved, because ${change.id} could not be changed`,
    hint: 'Put that right and apply again.',
  };
}
