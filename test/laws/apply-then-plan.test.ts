import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyPlan } from '../../src/apply/apply-plan.js';
import { type CxoneWriter, openWriter } from '../../src/cxone/connect.js';
import { fileLedger } from '../../src/ledger/file/file-ledger.js';
import { openLedger } from '../../src/ledger/open-ledger.js';
import { loadEnvironment } from '../../src/manifest/load-environment.js';
import type { ManifestSource } from '../../src/manifest/manifest-source.js';
import type { JsonObject } from '../../src/model/json.js';
import { type BuiltPlan, buildPlan, type PlanInput } from '../../src/plan/build.js';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import { asObject, engineOf, readEngine, readWebhook, webhookOf } from './reading.js';
import { textOf, type World, worlds } from './world.js';

/** Servers differ in what the contract leaves open: whether a PATCH merges, and whether there are ETags. */
const servers = [[], ['patch=shallow'], ['etag=off'], ['patch=shallow', 'etag=off']];

interface Tenant {
  readonly simulator: Simulator;
  readonly writer: CxoneWriter;
}

const tenants: Tenant[] = [];
const ledgers = mkdtempSync(join(tmpdir(), 'law-'));

beforeAll(async () => {
  for (const assume of servers) {
    const simulator = await startSimulator({ assume });
    const writer = openWriter({
      endpoint: { baseUrl: simulator.url, tokenUrl: `${simulator.url}/oauth/token` },
      credentials: { clientId: 'law', clientSecret: 'simulator-secret' },
      concurrency: 8,
      timeoutMs: 5000,
      version: '0.0.0',
      clock,
      random: { uuid: randomUUID, fraction: () => 0.5 },
    });
    tenants.push({ simulator, writer });
  }
});

afterAll(async () => {
  for (const { simulator, writer } of tenants) {
    await writer.close();
    await simulator.close();
  }
  rmSync(ledgers, { recursive: true, force: true });
});

test('apply, then plan, is empty, and the server holds what the manifests say', async () => {
  await fc.assert(
    fc.asyncProperty(worlds(), fc.nat(servers.length - 1), async (world, server) => {
      const tenant = tenants[server];
      if (tenant === undefined) throw new Error('no such server');
      await holds(world, tenant);
    }),
    { numRuns: 150 },
  );
});

async function holds(world: World, tenant: Tenant): Promise<void> {
  const before = await control(tenant, 'PUT', 'state', { engines: world.engines, webhooks: world.webhooks });
  await control(tenant, 'DELETE', 'requests');
  const loaded = await loadEnvironment(sourceOf(world), 'prod');
  expect(loaded.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const input = {
    tool: 'cxone-gitops 0.0.0',
    environment: 'prod',
    endpoint: tenant.simulator.url,
    simulated: true,
    git: { head: null, base: null, dirty: false },
    manifestHash: loaded.manifestHash,
    resources: loaded.resources,
    only: [],
    guardrails: [],
    now: { ms: 0, skewMs: undefined },
    lastOutcome: () => undefined,
  };

  const first = await planOf(input, tenant);
  expect(first.plan.refusals).toEqual([]);
  for (const change of first.plan.changes) expect(change.fields, `${change.id} has fields`).not.toEqual([]);
  expectNoMoreThanNeeded(world, before, first);
  await apply(first, tenant);
  const again = await planOf(input, tenant);
  expect(again.plan.changes).toEqual([]);

  const after = await control(tenant, 'GET', 'state');
  expectManifests(world, after);
  expectUntouched(world, first, before, after);
  expectSumsWithin100(before, after, rows(await control(tenant, 'GET', 'requests')));
  expectAudited(first, rows(after['auditLogs']));
}

async function planOf(input: Omit<PlanInput, 'live'>, { writer }: Tenant): Promise<BuiltPlan> {
  const [engines, webhooks] = await Promise.all([writer.listEngines(), writer.listWebhooks()]);
  if (engines === 'unsupported' || webhooks === 'unsupported') throw new Error('the simulator lists both');
  const built = buildPlan({ ...input, live: [...engines, ...webhooks] });
  if ('problems' in built) throw new Error(built.problems.map(({ message }) => message).join('\n'));
  return built;
}

async function apply(built: BuiltPlan, { simulator, writer }: Tenant): Promise<void> {
  const ledger = await openLedger({
    store: fileLedger({
      folder: mkdtempSync(join(ledgers, 'run-')),
      environment: 'prod',
      clock,
      pid: 1,
      hostname: 'law',
    }),
    environment: 'prod',
    endpoint: simulator.url,
    clock,
    randomId: randomUUID,
  });
  const result = await applyPlan(built, {
    writer,
    ledger,
    clock,
    git: null,
    claimed: { actor: null, run: null, pullRequest: null },
    concurrency: 4,
    timeoutMs: 5000,
    listLagMs: 0,
    secret: () => 'a value long enough',
    // The real one takes a tenth of a second.
    sealSecret: () => Promise.resolve({ salt: '5a'.repeat(16), digest: 'd1'.repeat(32) }),
    onFinished: () => undefined,
    interrupt: new AbortController().signal,
  });
  await ledger.close();
  expect(
    result.progress.filter(({ status }) => status !== 'applied').map(({ change, error }) => [change.id, error]),
  ).toEqual([]);
  expect(result.fatal).toBeUndefined();
  expect(result.audit).toMatchObject({ pending: [], unknown: [] });
  expect(result.audit.delivered).toHaveLength(built.changes.length);
}

/** Waits of the client cost nothing here; the time is real, so that tokens and timestamps are. */
const clock = { now: Date.now, sleep: () => Promise.resolve() };

/** What the server holds of each manifest is what it says: read here, not by the program. */
function expectManifests(world: World, after: JsonObject): void {
  for (const { wanted, live } of heldAgainst(world, after)) expect(live).toEqual([wanted]);
}

/** The plan has a change for each manifest that live differs from, and for no other. */
function expectNoMoreThanNeeded(world: World, before: JsonObject, { plan }: BuiltPlan): void {
  const differing = heldAgainst(world, before).filter(({ wanted, live }) => !isDeepStrictEqual(live, [wanted]));
  expect(plan.changes.map(({ id }) => id).toSorted()).toEqual(differing.map(({ id }) => id).toSorted());
}

interface Held {
  readonly id: string;
  readonly wanted: JsonObject;
  /** What is live under the manifest's name, or has the id that it pins. */
  readonly live: readonly JsonObject[];
}

function heldAgainst({ documents, grammarFiles }: World, state: JsonObject): Held[] {
  const engines = rows(state['engines']);
  const names = new Map<string, string>();
  const held: Held[] = [];
  for (const document of documents.filter(({ kind }) => kind === 'SpeechEngine')) {
    const { engineId, previousNames = [] } = asObject(document['metadata']);
    const wanted = engineOf(document, grammarFiles);
    const id = `SpeechEngine/${textOf(wanted['name'])}@${textOf(wanted['version'])}`;
    const ofVersion = engines.filter((one) => one['version'] === wanted['version']);
    const ofName = (name: unknown) => ofVersion.filter((one) => one['name'] === name);
    const pinned = engines.filter((one) => one['speechEngineId'] === engineId);
    const found = engineId === undefined ? ofName(wanted['name']) : pinned;
    // A webhook names an engine, whatever that is called before its rename.
    const renamed = Array.isArray(previousNames) ? previousNames.flatMap(ofName) : [];
    for (const one of [...found, ...renamed]) names.set(textOf(one['speechEngineId']), id);
    held.push({ id, wanted, live: found.map(readEngine) });
  }
  for (const document of documents.filter(({ kind }) => kind === 'Webhook')) {
    const wanted = webhookOf(document);
    const found = rows(state['webhooks']).filter((one) => one['name'] === wanted['name']);
    const live = found.map((one) => readWebhook(one, (id) => names.get(id) ?? id));
    held.push({ id: `Webhook/${textOf(wanted['name'])}`, wanted, live });
  }
  return held;
}

/** What has no manifest, and what is as its manifest says, is byte for byte what it was, its ETag included. */
function expectUntouched({ unmanaged }: World, { plan }: BuiltPlan, before: JsonObject, after: JsonObject): void {
  const changed = plan.changes.map(({ remoteId }) => remoteId);
  expect(changed.filter((id) => id !== null && unmanaged.includes(id))).toEqual([]);
  expect(plan.unmanaged.map(({ remoteId }) => remoteId).toSorted()).toEqual(unmanaged.toSorted());
  for (const [list, id] of [
    ['engines', 'speechEngineId'],
    ['webhooks', 'webhookId'],
  ] as const) {
    const now = new Map(rows(after[list]).map((row) => [row[id], row]));
    for (const row of rows(before[list])) {
      if (!changed.includes(textOf(row[id]))) expect(now.get(row[id])).toEqual(row);
    }
  }
}

/** Follows the splits through the requests in the order in which the server took them. */
function expectSumsWithin100(before: JsonObject, after: JsonObject, requests: readonly JsonObject[]): void {
  const live = new Map(rows(before['engines']).map((one) => [one['speechEngineId'], { ...one }]));
  const idOf = (body: JsonObject) =>
    rows(after['engines']).find(
      (one) => one['name'] === body['name'] && one['version'] === body['version'] && !live.has(one['speechEngineId']),
    )?.['speechEngineId'];
  for (const { method, path, body } of requests) {
    const url = textOf(path);
    if (!url.startsWith('/api/v2/speech/engines') || method === 'GET') continue;
    const id = method === 'POST' ? idOf(asObject(body)) : url.split('/').at(-1);
    const engine = { ...live.get(id ?? ''), ...asObject(body) };
    live.set(id ?? '', engine);
    const sum = [...live.values()]
      .filter((one) => one['name'] === engine['name'])
      .reduce((total, one) => total + Number(one['trafficSplit'] ?? 0), 0);
    expect(sum, `${textOf(method)} ${url}`).toBeLessThanOrEqual(100);
  }
}

/** One event a change, and its hash is the plan's. */
function expectAudited({ plan }: BuiltPlan, logs: readonly JsonObject[]): void {
  const hashes = (rowsOf: readonly { payloadHash?: unknown }[]) =>
    rowsOf.map(({ payloadHash }) => textOf(payloadHash)).toSorted();
  expect(hashes(logs)).toEqual(hashes(plan.changes));
}

function sourceOf({ documents, grammarFiles }: World): ManifestSource {
  const environment = { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec: { orgId: 'acme' } };
  const files = new Map([['prod/environment.yaml', JSON.stringify(environment)]]);
  for (const [index, document] of documents.entries()) files.set(`prod/${index}.yaml`, JSON.stringify(document));
  for (const [name, text] of grammarFiles) files.set(`prod/${name}`, text);
  return {
    root: 'environments',
    folders: () => Promise.resolve(['prod']),
    files: () => Promise.resolve([...files.keys()].toSorted().map((path) => ({ path }))),
    has: (path) => Promise.resolve(files.has(path)),
    read: (path) => Promise.resolve({ bytes: new TextEncoder().encode(files.get(path) ?? '') }),
  };
}

async function control({ simulator }: Tenant, method: string, what: string, body?: unknown): Promise<JsonObject> {
  const response = await fetch(`${simulator.url}/_simulator/${what}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${what}: ${text}`);
  // Sound enough for a test: a list is only read through rows().
  return text === '' ? {} : (JSON.parse(text) as JsonObject);
}

function rows(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.map(asObject);
  throw new Error(`not a list: ${JSON.stringify(value)}`);
}
