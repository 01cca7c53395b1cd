import { STATE_VERSION } from '../kinds/kind-definition.js';
import type { Plan } from '../model/generated/plan.js';
import { validatePlan } from '../model/generated/validate-plan.js';
import { isJsonObject } from '../model/json.js';
import { jsonSize } from './json-size.js';
import { planHash } from './plan-hash.js';

/** Of ten thousand new engines with all their members, a plan holds a fifth of these (docs/security.md, "Bounds"). */
const most = { values: 5_000_000, depth: 1000 };

/**
 * A saved plan from its text, or what is wrong with it. A plan whose hash is not that of its changes was edited: refused,
 * though it could only ever block (docs/semantics.md, "Saved plans").
 */
export function parsePlan(text: string): Plan | string {
  const read = readPlan(text);
  if (typeof read === 'string') return read;
  return read.isWhole ? read.plan : 'it was edited: its hash is not that of its changes';
}

/** A plan as its text has it, with whether its hash is that of its changes; or why it is no plan. */
export function readPlan(text: string): { readonly plan: Plan; readonly isWhole: boolean } | string {
  const { values, depth } = jsonSize(text);
  if (values > most.values || depth > most.depth) return 'it holds more values than any plan, or nests them deeper';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  const old = versionFault(value);
  if (old !== undefined) return old;
  if (!validatePlan(value)) {
    const [error] = validatePlan.errors ?? [];
    return `it is not a plan of this version: ${error?.instancePath || 'the document'} ${error?.message ?? 'is wrong'}`;
  }
  return { plan: value, isWhole: hashOf(value) === value.planHash };
}

/** What to say of a plan whose hashes are those of another state than this program's: no edit makes it one of this version. */
function versionFault(value: unknown): string | undefined {
  if (!isJsonObject(value) || value['formatVersion'] !== 1 || !('planHash' in value)) return undefined;
  const version = value['stateVersion'] ?? 1;
  if (version === STATE_VERSION || typeof version !== 'number') return undefined;
  return `it is a plan of state version ${version}, and this program reads version ${STATE_VERSION} only: plan again`;
}

/** Undefined for what has no canonical JSON. */
function hashOf(plan: Plan): string | undefined {
  try {
    return planHash(plan);
  } catch {
    return undefined;
  }
}
