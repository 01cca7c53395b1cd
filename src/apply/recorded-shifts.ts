import type { LedgerState } from '../ledger/ledger-state.js';
import { hashJson } from '../model/hash.js';
import type { BuiltPlan } from '../plan/build.js';
import type { EngineTraffic } from '../traffic/engine-traffic.js';
import { type UnfinishedShift, unfinishedShifts } from '../traffic/unfinished-shifts.js';

/** The unfinished shifts of a plan's engines, as the ledger recorded them; none without a ledger. */
export function recordedShifts(
  { compared, traffic }: Pick<BuiltPlan, 'compared' | 'traffic'>,
  ledger: Pick<LedgerState, 'lastApplied'> | undefined,
): UnfinishedShift[] {
  if (ledger === undefined) return [];
  const states = new Map(compared.flatMap(({ live, before }) => (live === null ? [] : [[live.remoteId, before]])));
  return unfinishedShifts(traffic.engines, ({ remoteId }: EngineTraffic) => {
    const last = remoteId === null ? undefined : ledger.lastApplied(remoteId);
    if (remoteId === null || last?.shift === undefined) return undefined;
    const state = states.get(remoteId) ?? null;
    return { ...last.shift, intact: state !== null && last.resultHash === hashJson(state) };
  });
}
