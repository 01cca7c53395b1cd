import type { WriteResult } from '../cxone/connect.js';
import type { State } from '../kinds/kind-definition.js';
import type { Step } from '../plan/steps.js';
import { faultyPlace } from './faulty-place.js';
import type { OutcomeError } from './progress.js';
import { placeOf, storedFields, storedMembers } from './stored-differently.js';

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
  const isStale = result.code === 'precondition';
  if (isStale && step.name !== 'create') return stale(step, result.correlationId);
  return {
    code: isStale ? 'stale' : result.code,
    message: `${place} answered ${result.status}: ${result.message}${correlationWords(result.correlationId)}`,
    ...hint,
    source,
  };
}

function stepWords(step: Step): string {
  return step.name === 'create' ? 'POST' : `PATCH (${step.name})`;
}

function correlationWords(correlationId: string | undefined): string {
  return correlationId === undefined ? '' : `. Correlation id ${correlationId}`;
}

/** Live is not what the plan saw. */
export function stale(step: Step, correlationId?: string): OutcomeError {
  const message = `${step.change.id}: it is no longer what the plan saw, so nothing was overwritten`;
  return {
    code: 'stale',
    message: `${message}${correlationWords(correlationId)}`,
    hint: 'Plan again and look at what changed.',
  };
}

/** CXone accepted a write and holds something else: each such field with both values. */
export function notAsSent(step: Step, answered: State): OutcomeError {
  const fields = storedFields(step, answered);
  const source = fields.find((field) => field.source !== null)?.source ?? placeOf(step.change.resource.source);
  const { file, line, column } = source;
  const members = storedMembers(step.to, answered).map(({ member }) => member);
  return {
    code: 'not-as-sent',
    message: `${step.change.id} (${file}:${line}:${column}): CXone accepted the ${stepWords(step)} and stored another ${members.join(', ')} than was sent`,
    hint: 'Write the value in the manifest as CXone holds it.',
    source,
    fields,
  };
}

/** Nobody can say yet whether a write was done; `reason` says what was seen of it: `answered 502: …`. */
export function unknownOutcome(step: Step, reason: string, correlationId?: string): OutcomeError {
  return {
    code: 'unknown',
    message: `${step.change.id}: ${stepWords(step)} ${reason}; whether it was done is not known${correlationWords(correlationId)}`,
    hint: 'Apply again: the next run looks at what is live and goes on from there.',
  };
}

/** A create was sent, got no usable answer, and is not listed when it should be. */
export function notListed(step: Step, reason: string, correlationId: string): OutcomeError {
  return {
    code: 'unknown',
    message: `${step.change.id}: ${stepWords(step)} ${reason}; and it is not listed${correlationWords(correlationId)}`,
    hint: 'Apply again later than the list lag: the next run looks once more and creates it if it is absent.',
  };
}
