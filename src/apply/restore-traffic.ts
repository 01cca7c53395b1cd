import { splitMembers } from '../kinds/speech-engine.js';
import { namedSplit } from '../plan/plan-traffic.js';
import { splitToRestore } from '../traffic/split-to-restore.js';
import type { ApplyRun } from './apply-run.js';
import type { NameTraffic } from './name-traffic.js';
import { isShifted, type OutcomeError, type Progress } from './progress.js';
import { writeStep } from './write-step.js';

/**
 * Restores the splits of lowered engines whose traffic no raise took over, after a run that failed: what was served
 * before stays served, and no name passes 100 (docs/semantics.md, "Applying").
 */
export async function restoreTraffic(
  run: ApplyRun,
  progress: readonly Progress[],
  traffic: NameTraffic,
): Promise<void> {
  if (progress.every(isShifted)) return;
  for (const one of new Set([...progress, ...traffic.lowered])) {
    const { confirmed, error: why } = one;
    const wasLowered = one.written || traffic.lowered.includes(one);
    if (!wasLowered || one.status === 'unknown' || confirmed === null) continue;
    const split = splitToRestore(traffic.engine(one), traffic.engines());
    if (split === undefined) continue;
    const step = { change: one.change, name: 'restore', from: confirmed } as const;
    const to = { ...confirmed, ...splitMembers(split) };
    await writeStep(run, { ...step, to }, one, { closes: true, finishes: true });
    if (one.status === 'applied') Object.assign(one, { status: 'failed', error: why ?? restored });
    else one.error = notRestored(one, split - namedSplit(confirmed).split);
  }
}

/** The worst that an apply can end with: calls that nobody answers, and a person has to know at once. */
function notRestored({ change, status, error }: Progress, given: number): OutcomeError {
  const { name } = change.resource.identity;
  const is = status === 'unknown' ? 'may be' : 'is';
  return {
    code: 'unserved',
    message: `${change.id}: ${given} % of the traffic of ${name} ${is} served by no version, because its split could not be restored: ${error?.message ?? 'no reason is known'}`,
    hint: 'Apply again at once, or set its split in CXone.',
  };
}

const restored: OutcomeError = {
  code: 'restored',
  message: 'its traffic split was restored, because another version could not take the traffic over',
  hint: 'Correct the other version and apply again.',
};
