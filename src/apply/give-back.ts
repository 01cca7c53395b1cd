import { splitMembers, trafficSplitOf } from '../kinds/speech-engine.js';
import type { ApplyRun } from './apply-run.js';
import { isDone, type OutcomeError, type Progress } from './progress.js';
import { writeStep } from './write-step.js';

/** The traffic of one name beside what the changes of this run say themselves. */
export interface NameTraffic {
  /** Engines that an earlier run lowered for versions that are still to be raised. */
  readonly owed: readonly { readonly progress: Progress /** Percent, before that run. */; readonly before: number }[];
  /** What the versions that are neither changed nor owed serve, in percent. */
  readonly standing: number;
}

/**
 * Gives the traffic that was taken from lowered engines, and that no raise took over, back to them: what was served
 * before stays served, and nothing passes 100. Where it can't be known what a version serves, nothing is given.
 */
export async function giveBack(
  run: ApplyRun,
  progress: readonly Progress[],
  { owed, standing }: NameTraffic,
): Promise<void> {
  if (progress.every(isDone)) return;
  const involved = [...new Set([...progress, ...owed.map((one) => one.progress)])];
  // What may yet have risen can't be summed up; giving traffic back could then pass 100.
  if (involved.some(mayHaveRisen)) return;

  const owedBefore = new Map(owed.map((one) => [one.progress, one.before]));
  const servedBefore = (one: Progress) =>
    isElsewhere(one) ? 0 : (owedBefore.get(one) ?? trafficSplitOf(one.change.before ?? {}));
  const serving = sum(involved.map(servedNow));
  let unserved = Math.min(sum(involved.map(servedBefore)) - serving, 100 - standing - serving);
  for (const one of involved) {
    const given = Math.min(unserved, servedBefore(one) - servedNow(one));
    const taken = one.status !== 'unknown' && (one.written || owedBefore.has(one));
    if (given <= 0 || !taken || one.confirmed === null) continue;
    const why = one.error;
    const to = { ...one.confirmed, ...splitMembers(servedNow(one) + given) };
    await writeStep(run, { change: one.change, name: 'restore', from: one.confirmed, to }, one, {
      closes: true,
      finishes: true,
    });
    unserved -= given;
    if (one.status === 'applied') Object.assign(one, { status: 'failed', error: why ?? restored });
    else one.error = notGivenBack(one, given);
  }
}

/** Of a split that may or may not have fallen, what it was before: the most that it can be. */
function servedNow(one: Progress): number {
  return isElsewhere(one) ? 0 : trafficSplitOf(one.confirmed ?? {});
}

function mayHaveRisen(one: Progress): boolean {
  return one.status === 'unknown' && !one.notDone && trafficSplitOf(one.change.after) > servedNow(one);
}

/** It was to be renamed to this name, and was not: it serves the traffic of another name still. */
function isElsewhere({ status, confirmed, change }: Progress): boolean {
  return status !== 'unknown' && confirmed !== null && confirmed['name'] !== change.after['name'];
}

/** The worst that an apply can end with: calls that nobody answers, and a person has to know at once. */
function notGivenBack({ change, status, error }: Progress, given: number): OutcomeError {
  const { name } = change.resource.identity;
  const is = status === 'unknown' ? 'may be' : 'is';
  return {
    code: 'unserved',
    message: `${change.id}: ${given} % of the traffic of ${name} ${is} served by no version, for its split could not be put back: ${error?.message ?? 'no reason is known'}`,
    hint: 'Apply again at once, or set its split in CXone.',
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const restored: OutcomeError = {
  code: 'restored',
  message: 'its traffic split was put back, because another version could not take the traffic over',
  hint: 'Put the other version right and apply again.',
};
