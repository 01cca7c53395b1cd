import { kindDefinition } from '../../src/kinds/kinds.js';
import { hashJson } from '../../src/model/hash.js';
import type { JsonObject } from '../../src/model/json.js';
import { engine, liveEngine, pipeline, webhook } from '../cli/manifests.js';
import type { AuditRow, LiveEngine, LiveWebhook, Scenario } from './world.js';

const retryPolicy = { maxRetries: 3, retryIntervalMs: 5000 };
const filter = { eventTypes: ['speechEngineUpdated'], speechEngineIds: ['e1'] };

/**
 * Everything that an apply does: creates with and without a pipeline, an update, a shift over three versions, a rename,
 * a webhook that is created and one that is changed.
 */
export const everything = {
  // Nothing hangs in the matrices, and on a busy machine a second is not enough for everything.
  timeout: 30,
  engines: [
    liveEngine('g1', 'Gamma', { trafficSplit: 100 }),
    liveEngine('d1', 'Delta', { trafficSplit: 60 }),
    liveEngine('d2', 'Delta', { version: '2.0.0', trafficSplit: 40 }),
    liveEngine('e1', 'Old', { trafficSplit: 100 }),
  ],
  webhooks: [
    { webhookId: 'w1', name: 'Changed', callbackUrl: 'https://a.example.com/x', filter, headers: {}, retryPolicy },
  ],
  documents: [
    engine('Alpha', { trafficSplit: 100 }),
    engine('Beta', { trafficSplit: 100, audioProcessingOptions: pipeline }),
    engine('Gamma', { trafficSplit: 100, description: 'new', audioProcessingOptions: pipeline }),
    engine('Delta', { trafficSplit: 30 }),
    engine('Delta', { version: '2.0.0', trafficSplit: 30 }),
    engine('Delta', { version: '3.0.0', trafficSplit: 40, audioProcessingOptions: pipeline }),
    engine('New', { trafficSplit: 100 }, { previousNames: ['Old'] }),
    webhook('Created', { engines: ['SpeechEngine/Beta@1.0.0'] }),
    webhook('Changed', { callbackUrl: 'https://b.example.com/x', engines: ['SpeechEngine/New@1.0.0'] }),
  ],
} satisfies Scenario;

/** What there is to look at behind the program's back, and the program; a World has it. */
interface Subject {
  cli(args: readonly string[]): Promise<{ readonly code: number | string; readonly out: string }>;
  engines(): Promise<LiveEngine[]>;
  webhooks(): Promise<LiveWebhook[]>;
  auditLogs(): Promise<AuditRow[]>;
  ledger(): Promise<Record<string, unknown>[]>;
}

/**
 * What is wrong once all is said to be done; an empty list when every identity is live once, a plan is empty, the ledger
 * is clean, and each change has exactly one audit event, which is also what the ledger says. A ledger that was lost on the
 * way can't say, but nothing is there twice.
 */
export async function wrongs(world: Subject, { ledgerLost = false, auditUnreadable = false } = {}): Promise<string[]> {
  const [engines, webhooks, rows] = [await world.engines(), await world.webhooks(), await world.auditLogs()];
  const identities = [...engines.map(({ name, version }) => `${name}@${version}`), ...webhooks.map(({ name }) => name)];
  const keys = rows.map(eventKey);
  const events = (await world.ledger()).flatMap(({ event }) => (isEvent(event) ? [eventKey(event)] : []));
  // An event that had to wait may come after a later one.
  const inOrder = rows.toSorted((one, two) => (one.timestamp < two.timestamp ? -1 : 1));
  const last = new Map(inOrder.map(({ targetId, payloadHash }) => [targetId, payloadHash]));
  const states = statesOf(engines, webhooks);
  const deploys = rows.filter(({ action }) => action === 'DEPLOY').map(({ targetId }) => targetId);
  const unaccounted = [
    ...events.filter((event) => !keys.includes(event)).map((event) => `${event} is not in the audit log`),
    ...keys.filter((key) => !events.includes(key)).map((key) => `${key} is not in the ledger`),
    ...[...states]
      .filter(([target, hash]) => last.get(target) !== hash)
      .map(([target]) => `${target} is not as its last audit event says`),
  ];
  const plan = await world.cli(['plan', 'dev', '--detailed-exitcode']);
  // A ledger that was begun anew has not what the first one had.
  const checks = ledgerLost ? [] : auditUnreadable ? ['--live'] : ['--live', '--audit-log'];
  const verified = await world.cli(['audit', 'verify', 'dev', ...checks]);
  return [
    ...doubled(identities).map((identity) => `${identity} is live twice`),
    ...doubled(keys).map((key) => `${key} is in the audit log twice`),
    ...doubled(deploys).map((target) => `${target} was deployed twice`),
    ...(ledgerLost ? [] : unaccounted),
    ...(plan.code === 0 ? [] : [`plan ended with ${plan.code}: ${plan.out}`]),
    ...(verified.code === 0 ? [] : [`audit verify ended with ${verified.code}: ${verified.out}`]),
  ];
}

/** The hash of what each target holds, by its id. */
function statesOf(engines: readonly LiveEngine[], webhooks: readonly LiveWebhook[]): Map<string, string> {
  const names = new Map(engines.map((one) => [one.speechEngineId, `SpeechEngine/${one.name}@${one.version}`]));
  const named = (id: string) => names.get(id) ?? id;
  // Sound: both came as JSON.
  const hash = (kind: 'SpeechEngine' | 'Webhook', one: unknown) =>
    hashJson(kindDefinition(kind).liveState(one as JsonObject, named));
  return new Map([
    ...engines.map((one) => [one.speechEngineId, hash('SpeechEngine', one)] as const),
    ...webhooks.map((one) => [one.webhookId, hash('Webhook', one)] as const),
  ]);
}

/** Watches the splits after each write: their sum on a name never passes 100, and nothing half configured serves. */
export async function watch(world: Pick<Subject, 'engines'>): Promise<string[]> {
  const engines = await world.engines();
  const sums = new Map<string, number>();
  for (const { name, trafficSplit } of engines) sums.set(name, (sums.get(name) ?? 0) + trafficSplit);
  const needsPipeline = (name: string, version: string) => name === 'Beta' || `${name}@${version}` === 'Delta@3.0.0';
  const bare = engines.filter(
    (one) => needsPipeline(one.name, one.version) && one.trafficSplit > 0 && one.audioProcessingOptions === null,
  );
  return [
    ...[...sums].filter(([, sum]) => sum > 100).map(([name, sum]) => `the splits of ${name} sum to ${sum}`),
    ...bare.map(({ name, version }) => `${name}@${version} serves without its pipeline`),
  ];
}

/** The traffic that a name serves, in percent. */
export async function served(world: Pick<Subject, 'engines'>, name: string): Promise<number> {
  const engines = await world.engines();
  return engines.filter((one) => one.name === name).reduce((sum, { trafficSplit }) => sum + trafficSplit, 0);
}

interface Event {
  readonly targetId: string;
  readonly action: string;
  readonly payloadHash: string;
  readonly timestamp: string;
}

function eventKey({ targetId, action, payloadHash, timestamp }: Event): string {
  return [targetId, action, payloadHash.slice(0, 8), timestamp].join(' ');
}

/** Whether the audit log has this event of a ledger in this row. */
export function isRowOf(row: AuditRow, event: unknown): boolean {
  return isEvent(event) && eventKey(row) === eventKey(event);
}

function isEvent(value: unknown): value is Event {
  return typeof value === 'object' && value !== null;
}

function doubled(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}
