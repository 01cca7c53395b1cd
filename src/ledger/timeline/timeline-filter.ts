import type { AuditShow, TimelineRow } from '../../model/generated/audit-show.js';
import { matchesPattern } from '../../model/matches-pattern.js';

/** What is asked of a timeline. */
export type TimelineFilter = AuditShow['filter'];

/**
 * A test of rows: about one of the identities, not before `since` nor after `until`, by this claimed actor. An override
 * is about what was refused. What is about no identity, or by nobody, is left out where one is asked for.
 */
export function timelineFilter({ engine, since, until, actor }: TimelineFilter): (row: TimelineRow) => boolean {
  return (row) => {
    // Both are UTC with milliseconds, so their order is that of their texts; a ledger's time may be no real one.
    if (since !== null && row.time < since) return false;
    if (until !== null && row.time > until) return false;
    if (actor !== null && actorOf(row) !== actor) return false;
    return engine.length === 0 || identities(row).some((id) => engine.some((pattern) => matchesPattern(pattern, id)));
  };
}

function actorOf(row: TimelineRow): string | null {
  return row.kind === 'dropped-tail' ? null : (row.claimed?.actor ?? null);
}

function identities(row: TimelineRow): string[] {
  if (row.kind === 'override') return row.refusals.map(({ id }) => id);
  return 'id' in row ? [row.id] : [];
}
