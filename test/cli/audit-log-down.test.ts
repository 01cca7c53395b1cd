import { afterAll, describe, expect, it } from 'vitest';
import { documentOf } from './documents.js';
import { engine, liveEngine, pipeline, webhook } from './manifests.js';
import type { Run } from './program.js';
import { closeWorlds, type Loose, openWorld, type World, type WorldOptions } from './world.js';

afterAll(closeWorlds);

const json = ['--format', 'json'];
// A log that answers 429 is waited for, many minutes long, were there no limit.
const limits = ['--timeout', '1', '--time-limit', '15'];
const apply = ['apply', 'dev', '--auto-approve', ...limits, ...json];
const deliver = ['audit', 'deliver', 'dev', ...limits, ...json];

/** What becomes of each POST of an event, and of each look at the log. */
interface Way {
  readonly post: object;
  /** Absent: the log can be read all the while. */
  readonly get?: object;
  /** What a POST that came through leaves behind: a refusal is certain, anything else leaves the delivery in doubt. */
  readonly leaves: 'refused' | 'nothing' | 'the event';
}

const page = '<html><title>Please log in</title></html>';
const html = { 'content-type': 'text/html' };
const status = (code: number, more: object = {}) => ({ fault: 'status', status: code, ...more });
const whole = (rule: object, leaves: Way['leaves']): Way => ({ post: rule, get: rule, leaves });

const ways: Record<string, Way> = {
  'resets every connection': whole({ fault: 'reset-before' }, 'nothing'),
  'takes each event, then resets the connection': {
    post: { fault: 'reset-after' },
    get: status(503),
    leaves: 'the event',
  },
  'takes each event, and half of its answer arrives': {
    post: { fault: 'truncate' },
    get: status(503),
    leaves: 'the event',
  },
  hangs: { post: { fault: 'hang' }, leaves: 'nothing' },
  'answers 500 to events': { post: status(500), leaves: 'nothing' },
  'answers 503': whole(status(503), 'nothing'),
  'answers 429': whole(status(429, { headers: { 'retry-after': '1' } }), 'refused'),
  'answers 403': whole(status(403), 'refused'),
  'answers 404': whole(status(404), 'refused'),
  'is behind a proxy that answers 502 with a page': {
    post: status(502, { body: page, headers: html }),
    leaves: 'nothing',
  },
  'is behind a proxy that answers 200 with a page': whole(status(200, { body: page, headers: html }), 'nothing'),
  'answers 200 without a body': { post: status(200, { body: '' }), leaves: 'nothing' },
  'answers 204': { post: status(204, { body: '' }), leaves: 'nothing' },
};

/** What then brings the events to the log: it is tried by turns, so that each way meets both. */
const nextRuns = Object.keys(ways).map((name, at) => [name, at % 2 === 0 ? deliver : apply] as const);

/** Five events: a shift of traffic between two versions, a create in two requests, an update, and a webhook. */
async function fiveChanges(options: WorldOptions = {}): Promise<World> {
  const engines = [
    liveEngine('v1', 'IVR', { trafficSplit: 90 }),
    liveEngine('v2', 'IVR', { version: '2.0.0', trafficSplit: 10 }),
    liveEngine('b1', 'Billing', { description: 'old' }),
  ];
  const world = await openWorld({ engines, ...options });
  await world.write(
    'dev/all.yaml',
    engine('IVR', { trafficSplit: 40 }),
    engine('IVR', { version: '2.0.0', trafficSplit: 60 }),
    engine('Billing', { description: 'new' }),
    engine('Menu', { trafficSplit: 100, audioProcessingOptions: pipeline }),
    webhook('Hook'),
  );
  return world;
}

async function takeDown(world: World, { post, get }: Way): Promise<void> {
  const rules = [{ method: 'POST', path: '/audit/logs$', ...post }];
  await world.faults(...rules, ...(get === undefined ? [] : [{ method: 'GET', path: '/audit/logs', ...get }]));
}

/** An apply while the log is down: all changes stand, none is audited, and that is what it says. */
async function applyWhileDown(world: World, way: Way): Promise<void> {
  await takeDown(world, way);
  const run = await world.cli(...apply);
  const document = documentOf(run, 'apply');
  expect([run.code, document.status, outcomes(document)]).toEqual([
    8,
    'applied',
    Array(5).fill('applied without an event'),
  ]);
  const live = new Map((await world.engines()).map((one) => [`${text(one['name'])} ${text(one['version'])}`, one]));
  expect([
    live.get('IVR 1.0.0'),
    live.get('IVR 2.0.0'),
    live.get('Billing 1.0.0'),
    live.get('Menu 1.0.0'),
  ]).toMatchObject([
    { trafficSplit: 40 },
    { trafficSplit: 60 },
    { description: 'new' },
    { trafficSplit: 100, audioProcessingOptions: pipeline },
  ]);
  expect(await eventsSent(world)).toBeGreaterThanOrEqual(5);
  expect(await world.auditLogs()).toHaveLength(way.leaves === 'the event' ? 5 : 0);
}

function outcomes(document: Loose): string[] {
  const list: unknown = document['outcomes'];
  if (!Array.isArray(list)) throw new Error('outcomes is not a list');
  return list.map(({ status: how, auditLogId }) => `${how} ${auditLogId === null ? 'without an event' : auditLogId}`);
}

const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** Events, whoever took them. */
async function eventsSent(world: World): Promise<number> {
  return (await world.requests()).filter(({ method, path }) => method === 'POST' && path.endsWith('/audit/logs'))
    .length;
}

/** The audit log holds the events of the ledger, those alone, and each once. */
async function expectEachOnce(world: World): Promise<void> {
  const members = ({ targetId, action, payloadHash, timestamp }: Loose) =>
    [targetId, action, payloadHash, timestamp].map(text).join(' ');
  const wanted = (await world.ledger()).flatMap(({ event }) => (event ? [members(event)] : []));
  expect(wanted).toHaveLength(5);
  expect((await world.auditLogs()).map(members).toSorted()).toEqual(wanted.toSorted());
  expect((await world.inside('audit', 'verify', 'dev')).code).toBe(0);
}

/** Several runs after all is delivered: none sends anything. */
async function expectNothingMore(world: World): Promise<void> {
  await world.forget();
  for (const run of [await world.inside(...deliver), await world.inside(...apply)])
    expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
  expect(await eventsSent(world)).toBe(0);
}

function unknown(run: Run): Loose[] {
  const list: unknown = documentOf(run, 'audit-deliver')['unknown'];
  if (!Array.isArray(list)) throw new Error('unknown is not a list');
  return list;
}

describe.concurrent('an audit log that, for the whole of an apply,', () => {
  it.each(nextRuns)('%s gets each event once from the next run', async (name, next) => {
    const way = wayOf(name);
    const world = await fiveChanges();
    await applyWhileDown(world, way);
    // While it is still down, a run changes nothing about that.
    expect((await world.cli(...deliver, '--time-limit', '2')).code).toBe(8);

    await world.faults();
    await world.forget();
    const run = await world.cli(...next);
    expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
    // What had arrived is found, and not sent.
    expect(await eventsSent(world)).toBe(way.leaves === 'the event' ? 0 : 5);
    await expectEachOnce(world);
    await expectNothingMore(world);
  });
});

describe.concurrent('an audit log that can not be read and, for the whole of an apply,', () => {
  const refusing = nextRuns.filter(([name]) => wayOf(name).leaves === 'refused');
  const doubtful = nextRuns.filter(([name]) => wayOf(name).leaves !== 'refused');

  it.each(refusing)(
    '%s gets each event once from the next run: it has none',
    { timeout: 120_000 },
    async (name, next) => {
      const world = await fiveChanges({ assume: ['audit-get=off'] });
      await applyWhileDown(world, wayOf(name));
      await world.faults();
      expect((await world.cli(...next)).code).toBe(0);
      await expectEachOnce(world);
      await expectNothingMore(world);
    },
  );

  it.each(doubtful)('%s is sent none again until a person has looked', async (name, next) => {
    const way = wayOf(name);
    const world = await fiveChanges({ assume: ['audit-get=off'] });
    await applyWhileDown(world, way);
    await world.faults();
    await world.forget();
    expect((await world.cli(...next)).code).toBe(8);
    const waiting = await world.inside(...deliver);
    expect([waiting.code, unknown(waiting).length, await eventsSent(world)]).toEqual([8, 5, 0]);
    const verified = documentOf(await world.inside('audit', 'verify', 'dev', ...json), 'audit-verify');
    expect(verified).toMatchObject({ status: 'faults', unknown: 5, undelivered: 0 });

    const logs = await world.auditLogs();
    const answers = unknown(waiting).flatMap(({ seq, targetId, payloadHash }) => {
      const found = logs.find((row) => row['targetId'] === targetId && row['payloadHash'] === payloadHash);
      return ['--resolve', `${text(seq)}=${found === undefined ? 'absent' : text(found['logId'])}`];
    });
    const settled = await world.cli(...deliver, ...answers);
    expect([settled.code, await eventsSent(world)]).toEqual([0, way.leaves === 'the event' ? 0 : 5]);
    await expectEachOnce(world);
    await expectNothingMore(world);
  });
});

describe.concurrent('an audit log that shows late what it took', () => {
  it('is waited for: what arrived before the connection broke is found, in the same run', async () => {
    const world = await fiveChanges({ assume: ['audit-lag=0.5'], environment: { listLag: 'PT1S' } });
    await takeDown(world, { post: { fault: 'reset-after' }, leaves: 'the event' });
    const run = await world.cli(...apply);
    expect([run.code, await eventsSent(world)]).toEqual([0, 5]);
    await expectEachOnce(world);
  });

  it('and is down then, too, gets nothing twice from the next run', async () => {
    const world = await fiveChanges({ assume: ['audit-lag=0.5'], environment: { listLag: 'PT1S' } });
    await applyWhileDown(world, wayOf('takes each event, then resets the connection'));
    await world.faults();
    await world.forget();
    expect((await world.cli(...deliver)).code).toBe(0);
    expect(await eventsSent(world)).toBe(0);
    await expectEachOnce(world);
  });
});

function wayOf(name: string): Way {
  const way = ways[name];
  if (way === undefined) throw new Error(`there is no way ${name}`);
  return way;
}
