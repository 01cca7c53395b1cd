import { isJsonObject, type Json } from './json.js';

/**
 * Whether a changed trusted setting only gives up a right: a secret goes to fewer places, or a guardrail refuses more.
 * Nobody has to accept that. Every other change is a right more, also one that can't be compared (docs/security.md,
 * "Trust"). The values are those of two applies; null stands for none.
 */
export function givesUpRight(setting: string, before: Json, after: Json): boolean {
  if (setting.startsWith('webhooks.')) return isTexts(before) && isTexts(after) && includesAll(before, after);
  return stricter.get(setting)?.(before, after) ?? false;
}

/** Whether a guardrail that changed refuses all that it refused before. */
const stricter: ReadonlyMap<string, (before: Json, after: Json) => boolean> = new Map([
  ['guardrails.maxChanges', isLowerLimits],
  ['guardrails.maxTrafficIncrease', isLowerLimit],
  ['guardrails.protected', (before, after) => isTexts(before) && isTexts(after) && includesAll(after, before)],
  ['guardrails.requireRollout', (before, after) => before !== true || after === true],
  // A window that moves opens another time, so windows can only be added.
  ['guardrails.changeWindows', (before, after) => before === null && after !== null],
]);

/** A number that was not there, or that fell. */
function isLowerLimit(before: Json, after: Json): boolean {
  return typeof after === 'number' && (before === null || (typeof before === 'number' && after <= before));
}

function isLowerLimits(before: Json, after: Json): boolean {
  if (!isJsonObject(after) || (before !== null && !isJsonObject(before))) return false;
  return Object.entries(before ?? {}).every(([name, limit]) => isLowerLimit(limit, after[name] ?? null));
}

/** A list of texts, or none. */
function isTexts(value: Json): value is string[] | null {
  return value === null || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}

function includesAll(all: readonly string[] | null, some: readonly string[] | null): boolean {
  return (some ?? []).every((item) => all?.includes(item) === true);
}
