import { splitMembers, trafficSplitOf } from '../kinds/speech-engine.js';
import type { PlannedChange } from '../plan/planned-change.js';
import { planSteps, type Stages, type Step } from '../plan/steps.js';
import type { ApplyRun } from './apply-run.js';
import type { OutcomeError, Progress } from './progress.js';
import { abandonCreate, writeStep } from './write-step.js';

/**
 * Carries out the changes of one name, stage by stage: no traffic moves while a new version is missing or half
 * configured, and splits fall before others rise (docs/semantics.md, "Applying"). Resolves when every change of the
 * name has its status; what goes wrong with one is in its progress.
 */
export async function applyName(run: ApplyRun, progress: readonly Progress[]): Promise<void> {
  const stages = planSteps(progress.map(({ change }) => change));
  const of = progressOf(progress);

  await Promise.all(stages.prepare.map((steps) => inOrder(run, steps, of, stages)));
  const shift = [...stages.lower.flat(), ...stages.raise];
  if (shift.length === 0) return;

  const failed = progress.find(({ status }) => status === 'failed' || status === 'unknown');
  if (failed !== undefined) return skip(run, shift, of, movesNothing(failed));
  if (run.stopping()) return skip(run, shift, of, interrupted);
  // From the first lowered split on, the shift is one unit: an interrupt waits for it, so that no traffic stays unserved.
  await shiftTraffic(run, stages.lower, stages.raise, of);
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
    await writeStep(run, step, progress, { closes: last });
    if (progress.status === 'failed' || progress.status === 'unknown') return;
  }
}

async function shiftTraffic(run: ApplyRun, lower: Stages['lower'], raise: readonly Step[], of: ProgressOf) {
  let stuck: Progress | undefined;
  for (const steps of [...lower, raise]) {
    if (stuck !== undefined) {
      await skip(run, steps, of, movesNothing(stuck));
      continue;
    }
    await Promise.all(steps.map((step) => writeStep(run, step, of(step.change), { closes: true })));
    stuck = steps.map(({ change }) => of(change)).find(({ status }) => status !== 'applied');
  }

  // What may yet have been done can't be summed up; giving traffic back could then pass 100.
  const lowered = lower.flat();
  const involved = [...lowered, ...raise].map(({ change }) => of(change));
  if (involved.some(({ status, notDone }) => status === 'unknown' && !notDone)) return;
  await restore(run, lowered, involved, of);
}

/**
 * Gives the traffic that was taken from lowered engines, and that no raise took over, back to them: what was served
 * before stays served.
 */
async function restore(run: ApplyRun, lower: readonly Step[], involved: readonly Progress[], of: ProgressOf) {
  if (involved.every(({ status }) => status === 'applied')) return;
  const before = involved.reduce((sum, { change }) => sum + trafficSplitOf(change.before ?? {}), 0);
  const serving = involved.reduce((sum, { confirmed }) => sum + trafficSplitOf(confirmed ?? {}), 0);
  let unserved = before - serving;
  for (const { change } of lower) {
    const progress = of(change);
    const { confirmed } = progress;
    if (unserved <= 0 || progress.status !== 'applied' || confirmed === null) continue;
    const now = trafficSplitOf(confirmed);
    const given = Math.min(unserved, trafficSplitOf(change.before ?? {}) - now);
    const to = { ...confirmed, ...splitMembers(now + given) };
    await writeStep(run, { change, name: 'restore', from: confirmed, to }, progress, { closes: true });
    unserved -= given;
    if (progress.status === 'applied') Object.assign(progress, { status: 'failed', error: restored });
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

const restored: OutcomeError = {
  code: 'restored',
  message: 'its traffic split was put back, because another version could not take the traffic over',
  hint: 'Put the other version right and apply again.',
};

const interrupted: OutcomeError = {
  code: 'interrupted',
  message: 'the run was interrupted before its turn',
  hint: 'Apply again.',
};
