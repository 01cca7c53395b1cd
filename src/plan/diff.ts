import deepDiff from 'deep-diff';
import type { KeyedView, KindDefinition, State } from '../kinds/kind-definition.js';
import { canonicalJson } from '../model/canonical-json.js';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { pointer } from '../model/pointer.js';

/** One member that differs. The path is a JSON Pointer below `spec`; a null side is absent or the default. */
export interface Difference {
  readonly path: string;
  readonly before: Json;
  readonly after: Json;
}

/**
 * What differs between two states of one resource, sorted by path; an empty list means that they are equal. Of a create
 * (`before` null), every member that is set. Lists with keys are compared by key, and a list whose items only moved is
 * one difference at the list (docs/semantics.md, "Diff").
 */
export function diffStates(kind: KindDefinition, before: State | null, after: State): Difference[] {
  const left = kind.keyedView(before ?? nothing(kind, after));
  const right = kind.keyedView(after);
  const found = deepDiff.diff(withoutLists(left.members), withoutLists(right.members)) ?? [];
  const changed = found.map(({ path = [] }) => ({
    path: pointer(path),
    before: valueAt(left, path),
    after: valueAt(right, path),
  }));
  const differences = [...changed, ...reordered(left, right)];
  if (before !== null) differences.push(...untold(before, after, differences));
  return differences.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/** The state of a resource that doesn't exist yet, but for the name that it is created under. */
function nothing(kind: KindDefinition, after: State): State {
  const empty: JsonObject = {};
  for (const member of Object.keys(after)) empty[member] = null;
  for (const member of kind.identityMembers) empty[member] = after[member] ?? null;
  return empty;
}

/** deep-diff compares lists by index; what has no keys is compared whole, so everything but an object becomes its text. */
function withoutLists(value: Json): Json {
  if (!isJsonObject(value)) return canonicalJson(value);
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, withoutLists(inner)]));
}

function valueAt(view: KeyedView, path: readonly (string | number)[]): Json {
  const original = view.originals.get(pointer(path));
  if (original !== undefined) return original;
  let value: Json | undefined = view.members;
  for (const segment of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, segment)) return null;
    value = value[segment];
  }
  return value ?? null;
}

/** The lists that hold the same keys in another order; those that both sides have count, additions are found by the diff. */
function reordered(left: KeyedView, right: KeyedView): Difference[] {
  const differences: Difference[] = [];
  for (const [path, order] of left.orders) {
    const other = right.orders.get(path) ?? [];
    const onRight = new Set(other);
    const onLeft = new Set(order);
    const before = order.filter((key) => onRight.has(key));
    const after = other.filter((key) => onLeft.has(key));
    if (before.some((key, index) => key !== after[index])) differences.push({ path, before, after });
  }
  return differences;
}

/**
 * What the views don't tell apart, such as a list and an object of the same items: one difference at the member, so that
 * whatever has another hash shows why.
 */
function untold(before: State, after: State, told: readonly Difference[]): Difference[] {
  return Object.keys(after).flatMap((member) => {
    const path = pointer([member]);
    if (told.some((one) => one.path === path || one.path.startsWith(`${path}/`))) return [];
    const [was, is] = [before[member] ?? null, after[member] ?? null];
    return canonicalJson(was) === canonicalJson(is) ? [] : [{ path, before: was, after: is }];
  });
}
