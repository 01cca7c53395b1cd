import type { PlannedChange } from '../plan/planned-change.js';
import { planSteps, type Stages, type Step } from '../plan/steps.js';
import type { TrafficIndex } from '../traffic/traffic-index.js';
import type { ApplyRun } from './apply-run.js';
import type { NameTraffic } from './name-traffic.js';
import { carriesTraffic, type OutcomeError, type Progress } from './progress.js';
import { restoreTraffic } from './restore-traffic.js';
import { abandonCreate, writeStep } from './write-step.js';

/**
 * Carries out the changes of linked names, stage by stage: no traffic moves while a new version is missing or half
 * configured, splits fall before others rise, and what was lowered for a version that can't rise is restored
 * (docs/semantics.md, "Applying"). Resolves when every change has its status; what goes wrong with a change is in its
 * progress.
 */
export async function applyName(
  run: ApplyRun,
  progress: readonly Progress[],
  index: TrafficIndex,
  traffic: NameTraffic,
): Promise<void> {
  const stages = planSteps(
    progress.map(({ change }) => change),
    index,
  );
  const of = progressOf(progress);
  await Promise.all(stages.prepare.map((steps) => inOrder(run, steps, of, stages)));

  const shift = [...stages.lower.flat(), ...stages.raise.flat(), ...stages.blocked];
  const failed = progress.find(isStuck);
  if (failed !== undefined) await skip(run, shift, of, ({ change }) => movesNothing(failed, change));
  else if (run.stopping()) return skip(run, shift, of, () => run.whyStopped());
  // From the first lowered split on, the shift is one unit: an interrupt waits for it, so that no traffic stays unserved.
  else await shiftTraffic(run, stages, of, traffic);
  await restoreTraffic(run, progress, traffic);
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

async function inOrder(run: ApplyRun, steps: readonly Step[], of: ProgressOf, { raise, blocked }: Stages) {
  const shifted = new Set([...raise.flat(), ...blocked].map(({ change }) => change));
  for (const [index, step] of steps.entries()) {
    const progress = of(step.change);
    const last = index === steps.length - 1 && !shifted.has(step.change);
    await writeStep(run, step, progress, { closes: last, finishes: index > 0 });
    if (isStuck(progress)) return;
  }
}

async function shiftTraffic(run: ApplyRun, { lower, raise }: Stages, of: ProgressOf, traffic: NameTraffic) {
  // A split that falls while it waits for room takes nothing over.
  const raising = raise.flat().filter(({ name }) => name !== 'lower');
  let stuck: Progress | undefined;
  for (const [index, steps] of [...lower, ...raise].entries()) {
    const failed = stuck;
    if (failed !== undefined) {
      await skip(run, steps, of, ({ change }) => movesNothing(failed, change));
      continue;
    }
    // Until traffic was taken, or an engine created, the shift has not begun.
    const hasBegun = index > 0 || traffic.lowered.length > 0;
    const writes = steps.map((step) => {
      const progress = of(step.change);
      const before = traffic.lowered.includes(progress) ? traffic.splitBefore(progress) : undefined;
      const raises = raising.filter((one) => sameName(one, step)).map(({ change }) => change.id);
      const finishes = hasBegun || progress.written;
      return writeStep(run, step, progress, { closes: true, finishes, shift: { before, raises } });
    });
    await Promise.all(writes);
    stuck = steps.map(({ change }) => of(change)).find((one) => !carriesTraffic(one));
  }
}

/** Its last write came to nothing, or nobody can tell: no traffic may rely on it. */
function isStuck(progress: Progress): boolean {
  const { status } = progress;
  return (status === 'failed' || status === 'unknown') && !carriesTraffic(progress);
}

/** The traffic that one write gives up is what the other may take over. */
function sameName(one: Step, other: Step): boolean {
  return one.change.resource.identity.name === other.change.resource.identity.name;
}

async function skip(
  run: ApplyRun,
  steps: readonly Step[],
  of: ProgressOf,
  reason: (step: Step) => OutcomeError,
): Promise<void> {
  for (const step of steps) {
    const progress = of(step.change);
    progress.error ??= reason(step);
    if (progress.written && progress.status === 'not-attempted') await abandonCreate(run, step, progress);
  }
}

function movesNothing({ change }: Progress, { resource }: PlannedChange): OutcomeError {
  return {
    code: 'dependency-failed',
    message: `no traffic of ${resource.identity.name} was moved, because ${change.id} could not be changed`,
    hint: 'Put that right and apply again.',
  };
}
