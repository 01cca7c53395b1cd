import type { EntryOf } from '../entry.js';
import type { Findings, LedgerCheck } from './ledger-check.js';
import { collectMadeStates, unplannedWords } from './made-states.js';

/** A plan that `plan --out` saved, as a file holds it. */
export interface SavedPlan {
  /** Where it is; it may hold anything. */
  readonly file: string;
  /** What it says that its hash is. */
  readonly planHash: string;
  /** False where that is not the hash of its changes: it was edited. */
  readonly isWhole: boolean;
  readonly environment: string;
  readonly endpoint: string;
  readonly changes: readonly Pick<Intent, 'id' | 'action' | 'payloadHash'>[];
}

export interface PlansCheckOptions {
  readonly environment: string;
  /** What to call the archive in messages. */
  readonly archive: string;
  /** Every saved plan there. Throws a KnownError. */
  readonly plans: () => AsyncIterable<SavedPlan>;
}

type Intent = EntryOf<'intent'>;

/** What the ledger says was done by one plan; what was done twice counts by its first entry. */
interface Needed {
  readonly seq: number;
  readonly intents: Map<string, NeededIntent>;
}

interface NeededIntent extends Pick<Intent, 'seq' | 'id' | 'action' | 'payloadHash' | 'endpoint'> {
  /** No plan need say it: it gives back what an earlier entry took. */
  readonly givesBack: boolean;
  /** It was to do what is left of the plan: what was created meanwhile is only updated. */
  readonly isRest: boolean;
}

/**
 * Holds the requests of a ledger against saved plans: each belongs to a plan that is there, whose hash is that of its
 * changes, and which says just this change (docs/ledger.md, "Checking a ledger against the rest").
 */
export function plansCheck({ environment, archive, plans }: PlansCheckOptions): LedgerCheck {
  const needed = new Map<string, Needed>();
  const lowered = new Set<string>();
  const made = collectMadeStates();
  return {
    name: 'plans',
    needsWhole: false,
    entry(entry) {
      // An unfinished create that is put on record changes nothing.
      const needsPlan = entry.kind === 'intent' && !sendsHeaders(entry) && !made.keeps(entry);
      made.add(entry);
      if (!needsPlan) return;
      const { seq, id, action, payloadHash, endpoint, step, remoteId } = entry;
      // Where only the rest of a saved plan was to be done, it is that one which was approved.
      const planHash = entry.savedPlan ?? entry.planHash;
      const isRest = entry.savedPlan !== undefined;
      if (step === 'lower' && remoteId !== null) lowered.add(remoteId);
      const of = needed.get(planHash) ?? { seq, intents: new Map<string, NeededIntent>() };
      needed.set(planHash, of);
      const givesBack = step === 'restore' && lowered.has(remoteId ?? '');
      const key = JSON.stringify([id, action, payloadHash, endpoint, givesBack, isRest]);
      if (!of.intents.has(key)) of.intents.set(key, { seq, id, action, payloadHash, endpoint, givesBack, isRest });
    },
    async end(_result, findings) {
      const edited = new Map<string, string>();
      const found = new Set<string>();
      let read = 0;
      for await (const plan of plans()) {
        read += 1;
        const { planHash, isWhole, file } = plan;
        const of = needed.get(planHash);
        if (of === undefined || found.has(planHash)) continue;
        if (!isWhole) {
          edited.set(planHash, file);
          continue;
        }
        found.add(planHash);
        const planned = new Map(plan.changes.map((change) => [change.id, change]));
        for (const intent of of.intents.values()) judge(plan, environment, intent, planned.get(intent.id), findings);
      }
      for (const [planHash, { seq }] of needed) {
        if (!found.has(planHash)) findings.add(missing(seq, planHash, archive, edited.get(planHash)));
      }
      for (const one of made.unplanned()) {
        const message = `${unplannedWords(one)}: whatever its plan says, this was not in it`;
        findings.add({ seq: one.seq, code: 'not-in-plan', message });
      }
      const [all, by, there] = [read, needed.size, found.size].map((count) => count.toLocaleString('en'));
      return [`plans that the ledger went by: ${by}; there and whole in ${archive}: ${there} (of ${all} saved)`];
    },
  };
}

/**
 * Header values alone, which no plan's hash speaks of (docs/semantics.md, "Webhook secrets"). The state of a webhook names
 * engines, so that one of them was renamed makes it another than the tool left: its hash can't be compared.
 */
function sendsHeaders({ id, step, beforeHash, afterHash }: Intent): boolean {
  return step === 'update' && beforeHash === afterHash && id.startsWith('Webhook/');
}

function judge(
  plan: SavedPlan,
  environment: string,
  intent: NeededIntent,
  planned: SavedPlan['changes'][number] | undefined,
  findings: Findings,
): void {
  const { seq, id, action, payloadHash, endpoint, givesBack, isRest } = intent;
  const add = (message: string) =>
    findings.add({ seq, code: 'not-in-plan', message: `${id}: ${message} (${plan.file})` });
  if (plan.environment !== environment) return add(`its plan is one of environment ${plan.environment}`);
  if (plan.endpoint !== endpoint) return add(`its plan is one of ${plan.endpoint}, and it was sent to ${endpoint}`);
  if (planned === undefined) {
    if (!givesBack) add('its plan does not have it: it was changed without having been planned');
    return;
  }
  const isCompleted = isRest && planned.action === 'create' && action === 'update';
  if (planned.action !== action && !isCompleted)
    return add(`its plan has it as ${planned.action}, and the ledger as ${action}`);
  if (planned.payloadHash === payloadHash) return;
  add(`its plan leads to ${planned.payloadHash.slice(0, 12)}, and what was sent to ${payloadHash.slice(0, 12)}`);
}

function missing(seq: number, planHash: string, archive: string, edited: string | undefined) {
  if (edited === undefined) {
    const message = `the plan that it went by, ${planHash}, is not in ${archive}: what was approved is not known`;
    return { seq, code: 'plan-missing', message };
  }
  const message = `${edited} says that it is the plan it went by, ${planHash}, and was edited: its hash is not that of its changes`;
  return { seq, code: 'plan-edited', message };
}
