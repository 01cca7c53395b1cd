import type { Change, Plan } from '../model/generated/plan.js';
import { changesState } from './changes-state.js';

/** How a saved plan relates to one made now. */
export interface PlanComparison {
  /** Ids whose saved change is live already. */
  readonly alreadyApplied: readonly string[];
  /** What is no longer as it was; empty when the saved plan may be carried out. One sentence each. */
  readonly stale: readonly StaleEntry[];
}

export interface StaleEntry {
  readonly id: string;
  readonly saved: string;
  readonly fresh: string;
}

/**
 * Holds a saved plan against one made now. A saved change must recur identically, or live must have its payloadHash
 * already, or it is a create that we have half done ourselves, and `isOurs` knows that nobody touched it since; nothing
 * else may have changed, but for secrets. The saved plan can only block: what is carried out is the fresh one
 * (docs/semantics.md, "Saved plans").
 */
export function comparePlans(
  saved: Plan,
  fresh: Plan,
  liveHash: (id: string) => string | null,
  isOurs: (completion: Change) => boolean = () => false,
): PlanComparison {
  const stale = frameDifferences(saved, fresh);
  const alreadyApplied: string[] = [];
  const freshById = new Map(fresh.changes.filter(changesState).map((change) => [change.id, change]));
  for (const change of saved.changes.filter(changesState)) {
    const now = freshById.get(change.id);
    freshById.delete(change.id);
    if (now !== undefined && (sameChange(change, now) || (completes(now, change) && isOurs(now)))) continue;
    if (now === undefined && liveHash(change.id) === change.payloadHash) alreadyApplied.push(change.id);
    else stale.push({ id: change.id, saved: describe(change), fresh: now === undefined ? 'no change' : describe(now) });
  }
  for (const change of freshById.values()) stale.push({ id: change.id, saved: 'no change', fresh: describe(change) });
  return { alreadyApplied, stale };
}

function frameDifferences(saved: Plan, fresh: Plan): StaleEntry[] {
  const members = ['environment', 'endpoint', 'only'] as const;
  return members
    .filter((member) => JSON.stringify(saved[member]) !== JSON.stringify(fresh[member]))
    .map((member) => ({ id: member, saved: JSON.stringify(saved[member]), fresh: JSON.stringify(fresh[member]) }));
}

function sameChange(one: Change, other: Change): boolean {
  return (
    one.action === other.action &&
    one.remoteId === other.remoteId &&
    one.beforeHash === other.beforeHash &&
    one.payloadHash === other.payloadHash
  );
}

function completes(now: Change, saved: Change): boolean {
  return saved.action === 'create' && now.action === 'update' && saved.payloadHash === now.payloadHash;
}

/** Most members that one change names; a reader who needs all of them plans again. */
const mostFields = 4;
const mostCharacters = 60;

/** `update e1 (6db7d803e74f → f39592393ef0) /trafficSplit 10 → 50`. Of a create every member is new, so none is named. */
function describe({ action, remoteId, beforeHash, payloadHash, fields }: Change): string {
  const of = remoteId === null ? '' : ` ${remoteId}`;
  if (beforeHash === null) return `${action}${of} (${payloadHash.slice(0, 12)})`;
  const named = fields
    .slice(0, mostFields)
    .map(({ path, before, after }) => `${path} ${short(before)} → ${short(after)}`);
  const others = fields.length > mostFields ? [`${fields.length - mostFields} more`] : [];
  const hashes = `(${beforeHash.slice(0, 12)} → ${payloadHash.slice(0, 12)})`;
  return `${action}${of} ${hashes}${[...named, ...others].map((words, index) => `${index === 0 ? ' ' : ', '}${words}`).join('')}`;
}

function short(value: unknown): string {
  const text = value === null || value === undefined ? '(none)' : JSON.stringify(value);
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters).toWellFormed()}…`;
}
