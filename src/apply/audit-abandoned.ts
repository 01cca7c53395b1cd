import { kindDefinition } from '../kinds/kinds.js';
import { makeEvent } from '../ledger/delivery/event.js';
import type { OutcomeEntry } from '../ledger/open-ledger.js';
import { parseIdentity } from '../model/identity.js';
import type { PlannedChange } from '../plan/planned-change.js';
import type { ApplyRun } from './apply-run.js';

/**
 * Records that creates which an earlier run left half done stay as they are: their manifests are gone, or want just
 * what was created. Each is a DEPLOY of the state that was created; what this run's changes complete is audited then
 * (docs/semantics.md, "Ledger"). Returns the durable outcomes that hold the events.
 */
export async function auditAbandoned(run: ApplyRun, changes: readonly PlannedChange[]): Promise<OutcomeEntry[]> {
  const { ledger, clock, planHash, git, claimed } = run;
  const changing = new Set(changes.map(({ live }) => live?.remoteId));
  const outcomes: OutcomeEntry[] = [];
  for (const { intent, remoteId, resultHash } of ledger.state.unaudited) {
    const kind = parseIdentity(intent.id)?.kind;
    if (kind === undefined || remoteId === null || resultHash === null) continue;
    if (changing.has(remoteId) || !ledger.state.unauditedCreate(remoteId)) continue;
    const { id, action, payloadHash, bodyHash } = intent;
    const states = { beforeHash: resultHash, afterHash: resultHash, payloadHash, bodyHash };
    const about = { id, action, step: 'configure' as const, remoteId, planHash, git, claimed };
    const { seq } = await ledger.append({ kind: 'intent', ...about, ...states });
    const eventType = kindDefinition(kind).auditEventType;
    const facts = { eventType, targetId: remoteId, action: 'DEPLOY' as const, payloadHash: resultHash };
    const event = makeEvent(ledger.state, { ...facts, now: clock.now() });
    const unanswered = { correlationId: null, serverDate: null };
    const end = { intent: seq, status: 'not-attempted' as const, remoteId, resultHash, event };
    outcomes.push(await ledger.append({ kind: 'outcome', ...end, ...unanswered }));
  }
  return outcomes;
}
