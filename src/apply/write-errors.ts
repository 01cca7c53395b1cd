import type { WriteResult } from '../cxone/connect.js';
import type { State } from '../kinds/kind-definition.js';
import { sameJson } from '../model/json.js';
import type { Step } from '../plan/steps.js';
import { faultyPlace } from './faulty-place.js';
import type { OutcomeError } from './progress.js';

/** Why a write did nothing, as the server or the way to it said. */
export function refusal(step: Step, result: WriteResult): OutcomeError {
  const { file, line, column } = faultyPlace(step.change.resource, 'details' in result ? result.details : []);
  const source = { file, line, column };
  const place = `${step.change.id} (${file}:${line}:${column}): ${stepWords(step)}`;
  const hint = 'hint' in result && result.hint !== undefined ? { hint: result.hint } : {};
  if (result.outcome === 'not-sent') {
    const code = result.code === 'AuthError' ? 'unauthorized' : 'not-sent';
    return { code, message: `${place} did not leave: ${result.reason}`, ...hint, source };
  }
  if (result.outcome !== 'refused') return { code: 'unknown', message: place };
  if (result.code === 'precondition') return stale(step);
  return {
    code: result.code,
    message: `${place} answered ${result.status}: ${result.message}. Correlation id ${result.correlationId}`,
    ...hint,
    source,
  };
}

function stepWords(step: Step): string {
  return step.name === 'create' ? 'POST' : `PATCH (${step.name})`;
}

/** Live is not what the plan saw. */
export function stale(step: Step): OutcomeError {
  return {
    code: 'stale',
    message: `${step.change.id}: it is no longer what the plan saw, so nothing was overwritten`,
    hint: 'Plan again and look at what changed.',
  };
}

/** CXone accepted a write and holds something else. */
export function notAsSent(step: Step, answered: State): OutcomeError {
  const members = Object.keys(step.to).filter((member) => !sameJson(step.to[member], answered[member]));
  return {
    code: 'not-as-sent',
    message: `${step.change.id}: CXone accepted the ${step.name} but holds another ${members.join(', ')} than was sent`,
    hint: 'Plan again to see what it holds.',
  };
}

/** Nobody can say yet whether a write was done. */
export function unknownOutcome(step: Step, reason: string): OutcomeError {
  return {
    code: 'unknown',
    message: `${step.change.id}: ${stepWords(step)} has an unknown outcome: ${reason}`,
    hint: 'Apply again: the next run looks at what is live and goes on from there.',
  };
}
