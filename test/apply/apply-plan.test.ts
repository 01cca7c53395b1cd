import { describe, expect, test } from 'vitest';
import { recover } from '../../src/apply/recover.js';
import { kindDefinition } from '../../src/kinds/kinds.js';
import { hashJson } from '../../src/model/hash.js';
import type { JsonObject } from '../../src/model/json.js';
import { KnownError } from '../../src/model/known-error.js';
import { engine, engineId, hook, liveEngine, liveHook } from '../plan/sample.js';
import { apply, auditCounts, events, openWorld, plan, splits, start, told, type World, writes } from './run.js';
import { conflict, forbidden } from './tenant.js';

const pipeline = { audioProcessingOptions: { noiseSuppression: { enabled: true } } };
const at = (remoteId: string, printed: string, trafficSplit: number) => liveEngine(remoteId, printed, { trafficSplit });

/** The hash of what a tenant holds of an engine. */
function liveHash({ tenant }: World, remoteId: string): string {
  const entity = tenant.live.get(remoteId)?.entity;
  if (entity === undefined) throw new Error(`${remoteId} is not live`);
  return hashJson(kindDefinition('SpeechEngine').liveState(entity, (id) => id));
}

describe('one change', () => {
  test('is durable before its request leaves, and its outcome before its audit event does', async () => {
    const world = openWorld([liveEngine('a', 'A@1.0.0')]);
    const result = await apply(world, [engine('A@1.0.0', { description: 'new' })]);
    expect(world.log).toEqual([
      'intent update SpeechEngine/A@1.0.0',
      'PATCH a {"description":"new"}',
      'outcome applied',
      'delivering',
      'AUDIT UPDATE a',
      'delivered',
    ]);
    expect(result.fatal).toBeUndefined();
    expect(auditCounts(result)).toEqual({ delivered: 1, pending: 0, unknown: 0 });
    expect(result.progress).toMatchObject([
      { status: 'applied', remoteId: 'a', auditLogId: 'log-1', correlationId: 'c' },
    ]);
  });

  test('is described by its intent: hashes before and after, of the body, and of the plan', async () => {
    const world = openWorld([liveEngine('a', 'A@1.0.0')]);
    const resources = [engine('A@1.0.0', { description: 'new' })];
    const { plan: document } = plan(world, resources);
    await apply(world, resources, { git: { head: 'c'.repeat(40), dirty: false } });
    const [change] = document.changes;
    expect(world.ledger.entries[1]).toMatchObject({
      kind: 'intent',
      id: 'SpeechEngine/A@1.0.0',
      action: 'update',
      step: 'update',
      remoteId: 'a',
      beforeHash: change?.beforeHash,
      afterHash: change?.payloadHash,
      payloadHash: change?.payloadHash,
      bodyHash: hashJson({ description: 'new' }),
      planHash: document.planHash,
      git: { head: 'c'.repeat(40), dirty: false },
      claimed: { actor: 'ada' },
    });
    expect(world.ledger.entries[2]).toMatchObject({
      kind: 'outcome',
      resultHash: change?.payloadHash,
      serverDate: '2026-01-31T12:00:00.000Z',
    });
    expect(world.ledger.entries[2]).toMatchObject({
      event: { payloadHash: change?.payloadHash, timestamp: '2026-01-31T12:00:00Z' },
    });
  });

  test('of a create with a pipeline is a POST at split 0, one PATCH with both, and one DEPLOY', async () => {
    const world = openWorld([]);
    await apply(world, [engine('A@1.0.0', { trafficSplit: 40, ...pipeline })]);
    expect(world.log.filter((line) => /^(POST|PATCH|AUDIT)/.test(line))).toEqual([
      expect.stringMatching(/^POST A@1.0.0 .*"trafficSplit":0,"abTestingEnabled":false\}$/),
      'PATCH new-1 {"trafficSplit":40,"abTestingEnabled":true,"audioProcessingOptions":{"noiseSuppression":{"enabled":true}}}',
      'AUDIT DEPLOY new-1',
    ]);
    expect(events(world)).toMatchObject([{ action: 'DEPLOY', payloadHash: liveHash(world, 'new-1') }]);
  });

  test('that only moves traffic is a TRAFFIC_SPLIT', async () => {
    const world = openWorld([at('a', 'A@1.0.0', 10)]);
    await apply(world, [engine('A@1.0.0', { trafficSplit: 20 })]);
    expect(events(world).map(({ action }) => action)).toEqual(['TRAFFIC_SPLIT']);
  });

  test('is read back when the answer is not the whole engine', async () => {
    const world = openWorld([liveEngine('a', 'A@1.0.0')], { 'PATCH a': 'bare' });
    const result = await apply(world, [engine('A@1.0.0', { description: 'new' })]);
    expect(told(result)).toEqual(['A@1.0.0: applied']);
    expect(world.log.slice(1, 3)).toEqual(['PATCH a {"description":"new"}', 'GET a']);
  });

  test('is unknown when it was accepted and can not be read back', async () => {
    const world = openWorld([liveEngine('a', 'A@1.0.0')], { 'PATCH a': 'bare', 'GET a': 'lost' });
    const result = await apply(world, [engine('A@1.0.0', { description: 'new' })]);
    expect(told(result)).toEqual(['A@1.0.0: unknown (unknown)']);
    expect(world.ledger.state.openIntents).toMatchObject([{ unknown: true }]);
  });

  test('whose answer is not what was sent has failed, names both values, and is recorded and audited as it is', async () => {
    const world = openWorld([liveEngine('a', 'A@1.0.0')], { 'PATCH a': 'reworded' });
    const result = await apply(world, [engine('A@1.0.0', { description: 'new' })]);
    expect(told(result)).toEqual(['A@1.0.0: failed (not-as-sent)']);
    expect(result.progress[0]?.error).toEqual({
      code: 'not-as-sent',
      message:
        'SpeechEngine/A@1.0.0 (environments/prod/A.yaml:3:1): CXone accepted the PATCH (update) and stored another description than was sent',
      hint: 'Write the value in the manifest as CXone holds it.',
      source: { file: 'environments/prod/A.yaml', line: 3, column: 1 },
      fields: [{ path: '/description', sent: 'new', stored: 'reworded', source: null }],
    });
    expect(world.ledger.entries[2]).toMatchObject({
      kind: 'outcome',
      status: 'failed',
      resultHash: liveHash(world, 'a'),
      storedDifferently: [{ member: 'description', sentHash: hashJson('new') }],
    });
    expect(events(world)).toMatchObject([{ action: 'UPDATE', payloadHash: liveHash(world, 'a') }]);
  });

  test('of a create goes on when only the description is not as sent', async () => {
    const world = openWorld([], { 'POST A@1.0.0': 'reworded' });
    expect(told(await apply(world, [engine('A@1.0.0', pipeline)]))).toEqual(['A@1.0.0: failed (not-as-sent)']);
    expect(writes(world)).toEqual(['POST A@1.0.0', 'PATCH new-1']);
    expect(events(world)).toMatchObject([
      { action: 'DEPLOY' },
      { action: 'UPDATE', payloadHash: liveHash(world, 'new-1') },
    ]);
    expect(world.ledger.state.unaudited).toEqual([]);
  });

  test('that is refused has failed with its place, the status and the correlation id, and nothing is audited', async () => {
    const world = openWorld([liveEngine('a', 'A@1.0.0')], { 'PATCH a': forbidden });
    const result = await apply(world, [engine('A@1.0.0', { description: 'new' })]);
    expect(result.progress[0]).toMatchObject({
      status: 'failed',
      written: false,
      error: {
        code: 'forbidden',
        message:
          'SpeechEngine/A@1.0.0 (environments/prod/A.yaml:3:1): PATCH (update) answered 403: the server said no. Correlation id c',
      },
    });
    expect(events(world)).toEqual([]);
    expect(world.ledger.state.openIntents).toEqual([]);
  });

  test('of a create that is refused is not gone on with', async () => {
    const world = openWorld([], { 'POST A@1.0.0': forbidden });
    expect(told(await apply(world, [engine('A@1.0.0', pipeline)]))).toEqual(['A@1.0.0: failed (forbidden)']);
    expect(writes(world)).toEqual(['POST A@1.0.0']);
  });

  test('of a create that is not as sent after its POST ends there, and is audited as it is', async () => {
    const world = openWorld([], { 'POST A@1.0.0': 'altered' });
    expect(told(await apply(world, [engine('A@1.0.0', pipeline)]))).toEqual(['A@1.0.0: failed (not-as-sent)']);
    expect(writes(world)).toEqual(['POST A@1.0.0']);
    expect(events(world)).toMatchObject([{ action: 'DEPLOY', payloadHash: liveHash(world, 'new-1') }]);
  });

  test('of a create that can not be read before its second write is audited as it was created', async () => {
    const world = openWorld([], { 'GET new-1': 'lost' });
    world.tenant.etags = false;
    const result = await apply(world, [engine('A@1.0.0', { trafficSplit: 40, ...pipeline })]);
    expect(told(result)).toEqual(['A@1.0.0: failed (NetworkError)']);
    expect(events(world)).toMatchObject([{ action: 'DEPLOY', payloadHash: liveHash(world, 'new-1') }]);
    expect(world.ledger.state.unaudited).toEqual([]);
  });

  test('that never left has failed, and its intent is closed', async () => {
    const world = openWorld([liveEngine('a', 'A@1.0.0')], { 'PATCH a': 'not-sent' });
    expect(told(await apply(world, [engine('A@1.0.0', { description: 'new' })]))).toEqual([
      'A@1.0.0: failed (not-sent)',
    ]);
    expect(world.ledger.state.openIntents).toEqual([]);
  });
});

describe('what the plan did not see', () => {
  const resources = [engine('A@1.0.0', { description: 'new' })];
  const edit = (world: World) => () => {
    const live = liveEngine('a', 'A@1.0.0', { noiseSuppression: false });
    world.tenant.live.set('a', world.tenant.etags ? { ...live, etag: '"later"' } : withoutEtag(live));
  };

  test('is not overwritten where there are ETags', async () => {
    const world = openWorld([liveEngine('a', 'A@1.0.0')]);
    expect(told(await apply(world, resources, {}, edit(world)))).toEqual(['A@1.0.0: failed (stale)']);
    expect(world.tenant.live.get('a')?.entity['description']).toBeUndefined();
  });

  test('is not overwritten where there are none: the engine is read just before, and no request leaves', async () => {
    const world = openWorld([withoutEtag(liveEngine('a', 'A@1.0.0'))]);
    world.tenant.etags = false;
    expect(told(await apply(world, resources, {}, edit(world)))).toEqual(['A@1.0.0: failed (stale)']);
    expect(world.log).toEqual(['GET a']);
  });

  test('is no obstacle where it is no state: without ETags an unchanged engine is read, then written', async () => {
    const world = openWorld([withoutEtag(liveEngine('a', 'A@1.0.0'))]);
    world.tenant.etags = false;
    expect(told(await apply(world, resources))).toEqual(['A@1.0.0: applied']);
    expect(world.log.slice(0, 3)).toEqual([
      'GET a',
      'intent update SpeechEngine/A@1.0.0',
      'PATCH a {"description":"new"}',
    ]);
  });

  test('stops the write when the read before it fails', async () => {
    const world = openWorld([withoutEtag(liveEngine('a', 'A@1.0.0'))], { 'GET a': 'lost' });
    world.tenant.etags = false;
    expect(told(await apply(world, resources))).toEqual(['A@1.0.0: failed (NetworkError)']);
    expect(writes(world)).toEqual([]);
  });
});

function withoutEtag(live: ReturnType<typeof liveEngine>) {
  const { etag: _etag, ...rest } = live;
  return rest;
}

describe('traffic of one name', () => {
  const shift = [engine('A@1.0.0', { trafficSplit: 50 }), engine('A@2.0.0', { trafficSplit: 50 })];
  const live = [at('a1', 'A@1.0.0', 90), at('a2', 'A@2.0.0', 10)];

  test('is lowered before it is raised', async () => {
    const world = openWorld(live);
    expect(told(await apply(world, shift))).toEqual(['A@1.0.0: applied', 'A@2.0.0: applied']);
    expect(writes(world)).toEqual(['PATCH a1', 'PATCH a2']);
  });

  test('does not move when anything before it failed, and a new version that is left at 0 is audited as it is', async () => {
    const world = openWorld([at('a1', 'A@1.0.0', 90), at('a3', 'A@3.0.0', 10)], { 'PATCH a3': forbidden });
    const resources = [
      engine('A@1.0.0', { trafficSplit: 40 }),
      engine('A@2.0.0', { trafficSplit: 50, ...pipeline }),
      engine('A@3.0.0', { trafficSplit: 10, description: 'new' }),
    ];
    const result = await apply(world, resources);
    expect(told(result)).toEqual([
      'A@1.0.0: not-attempted (dependency-failed)',
      'A@2.0.0: failed (dependency-failed)',
      'A@3.0.0: failed (forbidden)',
    ]);
    expect(result.progress[0]?.error?.message).toBe(
      'no traffic of A was moved, because SpeechEngine/A@3.0.0 could not be changed',
    );
    expect(splits(world)).toEqual({ a1: 90, a3: 10, 'new-1': 0 });
    expect(events(world)).toMatchObject([
      { action: 'DEPLOY', targetId: 'new-1', payloadHash: liveHash(world, 'new-1') },
    ]);
    expect(world.ledger.state.unaudited).toEqual([]);
  });

  test('does not move when a new version may or may not exist', async () => {
    const world = openWorld([at('a1', 'A@1.0.0', 100)], { 'POST A@2.0.0': 'lost' });
    const result = await apply(world, shift);
    expect(told(result)).toEqual(['A@1.0.0: not-attempted (dependency-failed)', 'A@2.0.0: unknown (unknown)']);
    expect(splits(world)).toEqual({ a1: 100 });
  });

  test('is given back when the raise is refused, and both moves are audited', async () => {
    const world = openWorld(live, { 'PATCH a2': forbidden });
    const result = await apply(world, shift);
    expect(told(result)).toEqual(['A@1.0.0: failed (restored)', 'A@2.0.0: failed (forbidden)']);
    expect(splits(world)).toEqual({ a1: 90, a2: 10 });
    expect(world.log.filter((line) => line.startsWith('intent'))).toEqual([
      'intent lower SpeechEngine/A@1.0.0',
      'intent raise SpeechEngine/A@2.0.0',
      'intent restore SpeechEngine/A@1.0.0',
    ]);
    expect(events(world).map(({ action, timestamp }) => [action, timestamp])).toEqual([
      ['TRAFFIC_SPLIT', '2026-01-31T12:00:00Z'],
      ['TRAFFIC_SPLIT', '2026-01-31T12:00:01Z'],
    ]);
    expect(events(world).at(-1)?.payloadHash).toBe(liveHash(world, 'a1'));
  });

  test('is given back only as far as nobody took it over', async () => {
    const world = openWorld([...live, at('a3', 'A@3.0.0', 0)], { 'PATCH a3': forbidden });
    const resources = [
      engine('A@1.0.0', { trafficSplit: 20 }),
      engine('A@2.0.0', { trafficSplit: 40 }),
      engine('A@3.0.0', { trafficSplit: 40 }),
    ];
    const result = await apply(world, resources);
    expect(told(result)).toEqual(['A@1.0.0: failed (restored)', 'A@2.0.0: applied', 'A@3.0.0: failed (forbidden)']);
    expect(splits(world)).toEqual({ a1: 60, a2: 40, a3: 0 });
  });

  test('is given back to each that was lowered, never more than it had', async () => {
    const world = openWorld([at('a1', 'A@1.0.0', 60), at('a2', 'A@2.0.0', 40), at('a3', 'A@3.0.0', 0)], {
      'PATCH a3': forbidden,
    });
    const resources = [
      engine('A@1.0.0', { trafficSplit: 10 }),
      engine('A@2.0.0', { trafficSplit: 10 }),
      engine('A@3.0.0', { trafficSplit: 80 }),
    ];
    await apply(world, resources);
    expect(splits(world)).toEqual({ a1: 60, a2: 40, a3: 0 });
  });

  test('is given back with the other changes of the engine left in place', async () => {
    const world = openWorld(live, { 'PATCH a2': forbidden });
    await apply(world, [
      engine('A@1.0.0', { trafficSplit: 50, description: 'new' }),
      engine('A@2.0.0', { trafficSplit: 50 }),
    ]);
    expect(world.tenant.live.get('a1')?.entity).toMatchObject({
      description: 'new',
      trafficSplit: 90,
      abTestingEnabled: true,
    });
  });

  test('is given back when a new version refuses its pipeline, which stays at 0', async () => {
    const world = openWorld([at('a1', 'A@1.0.0', 100)], { 'PATCH new-1': forbidden });
    const result = await apply(world, [
      engine('A@1.0.0', { trafficSplit: 50 }),
      engine('A@2.0.0', { trafficSplit: 50, ...pipeline }),
    ]);
    expect(told(result)).toEqual(['A@1.0.0: failed (restored)', 'A@2.0.0: failed (forbidden)']);
    expect(splits(world)).toEqual({ a1: 100, 'new-1': 0 });
    expect(events(world).filter(({ targetId }) => targetId === 'new-1')).toMatchObject([
      { action: 'DEPLOY', payloadHash: liveHash(world, 'new-1') },
    ]);
  });

  test('is not raised when the lowering failed, and what was lowered beside it is given back', async () => {
    const world = openWorld([at('a1', 'A@1.0.0', 50), at('a2', 'A@2.0.0', 50)], { 'PATCH a2': forbidden });
    const resources = [
      engine('A@1.0.0', { trafficSplit: 30 }),
      engine('A@2.0.0', { trafficSplit: 30 }),
      engine('A@3.0.0', { trafficSplit: 40 }),
    ];
    const result = await apply(world, resources);
    expect(told(result)).toEqual([
      'A@1.0.0: failed (restored)',
      'A@2.0.0: failed (forbidden)',
      'A@3.0.0: failed (dependency-failed)',
    ]);
    expect(splits(world)).toEqual({ a1: 50, a2: 50, 'new-1': 0 });
  });

  describe('that a request moves whose answer was lost', () => {
    /** The first request arrives while the run waits for its time-out. */
    const arrivesLate = (world: World, remoteId: string, members: JsonObject) => {
      const { clock } = world;
      const sleep = clock.sleep.bind(clock);
      clock.sleep = async (ms) => {
        await sleep(ms);
        const known = world.tenant.live.get(remoteId);
        if (ms < 30_000 || known === undefined) return;
        const entity = { ...known.entity, ...members };
        const name = typeof entity['name'] === 'string' ? entity['name'] : '';
        world.tenant.live.set(remoteId, { ...known, identity: { ...known.identity, name }, entity });
      };
    };

    test('is taken over though the second request was refused: the first one arrived late', async () => {
      const world = openWorld(live, { 'PATCH a2': ['lost', forbidden] });
      arrivesLate(world, 'a2', { trafficSplit: 50, abTestingEnabled: true });
      expect(told(await apply(world, shift))).toEqual(['A@1.0.0: applied', 'A@2.0.0: applied']);
      expect(splits(world)).toEqual({ a1: 50, a2: 50 });
    });

    test('is taken over by a rename that arrived late', async () => {
      const world = openWorld([at('a1', 'A@1.0.0', 100), at('o2', 'Old@2.0.0', 60)], { 'PATCH o2': ['lost', 'lost'] });
      arrivesLate(world, 'o2', { name: 'A' });
      const result = await apply(world, [
        engine('A@1.0.0', { trafficSplit: 40 }),
        engine('A@2.0.0', { trafficSplit: 60 }, { previousNames: ['Old'] }),
      ]);
      expect(told(result)).toEqual(['A@1.0.0: applied', 'A@2.0.0: applied']);
      expect(splits(world)).toEqual({ a1: 40, o2: 60 });
    });
  });

  test('stays as it is while a raise is unknown: giving it back could pass 100', async () => {
    const world = openWorld(live, { 'PATCH a2': 'lost', 'GET a2': 'lost' });
    const result = await apply(world, shift);
    expect(told(result)).toEqual(['A@1.0.0: applied', 'A@2.0.0: unknown (unknown)']);
    expect(splits(world)).toEqual({ a1: 50, a2: 10 });
    expect(result.unserved).toEqual([{ name: 'A', certain: 0, possible: 40 }]);
  });

  test('is given back though another lowering is unknown: that can only have fallen', async () => {
    const world = openWorld([at('a1', 'A@1.0.0', 50), at('a2', 'A@2.0.0', 50)], {
      'PATCH a2': 'lost',
      'GET a2': 'lost',
    });
    const result = await apply(world, [
      engine('A@1.0.0', { trafficSplit: 30 }),
      engine('A@2.0.0', { trafficSplit: 30 }),
      engine('A@3.0.0', { trafficSplit: 40 }),
    ]);
    expect(told(result)).toEqual([
      'A@1.0.0: failed (restored)',
      'A@2.0.0: unknown (unknown)',
      'A@3.0.0: failed (dependency-failed)',
    ]);
    expect(splits(world)).toEqual({ a1: 50, a2: 50, 'new-1': 0 });
  });

  test.each<[string, Record<string, 'reworded' | 'reworded'[]>]>([
    ['lowered', { 'PATCH a1': 'reworded' }],
    ['raised', { 'PATCH a2': 'reworded' }],
  ])('moves on when only the description of the engine that is %s is not as sent', async (_which, fates) => {
    const world = openWorld(live, fates);
    const described = shift.map((one) => ({ ...one, spec: { ...one.spec, description: 'new' } }));
    const result = await apply(world, described);
    expect(told(result).toSorted()).toEqual(
      ['A@1.0.0', 'A@2.0.0'].map((id, index) =>
        Object.keys(fates)[0] === `PATCH a${index + 1}` ? `${id}: failed (not-as-sent)` : `${id}: applied`,
      ),
    );
    expect(splits(world)).toEqual({ a1: 50, a2: 50 });
    expect(result.unserved).toEqual([]);
    expect(world.ledger.state.lastApplied('a1')?.shift).toBeUndefined();
  });

  test('is not called unserved where its name is to serve less, and only a description is not as sent', async () => {
    const world = openWorld([at('a1', 'A@1.0.0', 90)], { 'PATCH a1': 'reworded' });
    const result = await apply(world, [engine('A@1.0.0', { trafficSplit: 60, description: 'new' })]);
    expect(told(result)).toEqual(['A@1.0.0: failed (not-as-sent)']);
    expect([splits(world), result.unserved]).toEqual([{ a1: 60 }, []]);
  });

  test('that is lowered is recorded before the raise though the description is not as sent', async () => {
    const world = openWorld(live, { 'PATCH a1': 'reworded' });
    const described = shift.map((one) => ({ ...one, spec: { ...one.spec, description: 'new' } }));
    let recorded: unknown;
    world.tenant.onWrite = (write) => {
      if (write === 'PATCH a2') recorded = world.ledger.state.lastApplied('a1')?.shift;
    };
    await apply(world, described);
    expect(recorded).toEqual({ before: 90, after: 50, raises: ['SpeechEngine/A@2.0.0'] });
  });

  test('is given back to an engine that was lowered and is not as sent', async () => {
    const world = openWorld(live, { 'PATCH a1': 'altered' });
    const result = await apply(world, shift);
    expect(told(result)).toEqual(['A@1.0.0: failed (not-as-sent)', 'A@2.0.0: not-attempted (dependency-failed)']);
    expect(splits(world)).toEqual({ a1: 90, a2: 10 });
  });

  test('is given back when the engine that was to bring its own under a new name is not renamed', async () => {
    const world = openWorld([at('a1', 'A@1.0.0', 100), at('o2', 'Old@2.0.0', 60)], { 'PATCH o2': forbidden });
    const result = await apply(world, [
      engine('A@1.0.0', { trafficSplit: 40 }),
      engine('A@2.0.0', { trafficSplit: 60 }, { previousNames: ['Old'] }),
    ]);
    expect(told(result)).toEqual(['A@1.0.0: failed (restored)', 'A@2.0.0: failed (forbidden)']);
    expect(splits(world)).toEqual({ a1: 100, o2: 60 });
  });

  test('is given back within a name that is renamed as a whole, as far as it has moved', async () => {
    const world = openWorld([at('o1', 'Old@1.0.0', 100), at('o2', 'Old@2.0.0', 0)], { 'PATCH o2': forbidden });
    await apply(world, [
      engine('A@1.0.0', { trafficSplit: 40 }, { previousNames: ['Old'] }),
      engine('A@2.0.0', { trafficSplit: 60 }, { previousNames: ['Old'] }),
    ]);
    expect(splits(world)).toEqual({ o1: 100, o2: 0 });
  });

  describe('beside an engine that is live under a former name and not selected', () => {
    const resources = [
      engine('A@1.0.0', { trafficSplit: 40 }),
      engine('A@2.0.0', { trafficSplit: 20 }, { previousNames: ['Old'] }),
      engine('A@3.0.0', { trafficSplit: 30 }),
    ];
    const only = ['SpeechEngine/A@1.0.0', 'SpeechEngine/A@3.0.0'];
    const besides = [at('a1', 'A@1.0.0', 100), at('a3', 'A@3.0.0', 0), at('o2', 'Old@2.0.0', 30)];

    test('is restored as a whole when the raise is refused', async () => {
      const world = openWorld(besides, { 'PATCH a3': forbidden });
      const result = await apply(world, resources, { only });
      expect(told(result)).toEqual(['A@1.0.0: failed (restored)', 'A@3.0.0: failed (forbidden)']);
      expect(splits(world)).toEqual({ a1: 100, a3: 0, o2: 30 });
      expect(result.unserved).toEqual([]);
    });

    test('moves, and what the name still lacks is told', async () => {
      const world = openWorld(besides);
      const result = await apply(world, resources, { only });
      expect(splits(world)).toEqual({ a1: 40, a3: 30, o2: 30 });
      expect(result.unserved).toEqual([{ name: 'A', certain: 20, possible: 20 }]);
    });
  });

  describe('that an engine takes along to another name', () => {
    const leaving = [at('a1', 'A@1.0.0', 60), at('a2', 'A@2.0.0', 40)];
    const resources = [
      engine('A@1.0.0', { trafficSplit: 100 }),
      engine('B@2.0.0', { trafficSplit: 40 }, { previousNames: ['A'] }),
    ];

    test('is taken over when that engine has left', async () => {
      const world = openWorld(leaving);
      await apply(world, resources);
      expect(writes(world)).toEqual(['PATCH a2', 'PATCH a1']);
    });

    test('is not taken over when that engine did not leave', async () => {
      const world = openWorld(leaving, { 'PATCH a2': forbidden });
      const result = await apply(world, resources);
      expect(told(result)).toEqual(['A@1.0.0: not-attempted (dependency-failed)', 'B@2.0.0: failed (forbidden)']);
      expect([splits(world), result.unserved]).toEqual([{ a1: 60, a2: 40 }, []]);
    });

    test('is told to be unserved when nobody could take it over', async () => {
      const world = openWorld(leaving, { 'PATCH a1': forbidden });
      const result = await apply(world, resources);
      expect(told(result)).toEqual(['A@1.0.0: failed (forbidden)', 'B@2.0.0: applied']);
      expect(result.unserved).toEqual([{ name: 'A', certain: 40, possible: 40 }]);
    });
  });

  test('stays lowered, and says so, when restoring it is refused', async () => {
    const world = openWorld(live, { 'PATCH a2': forbidden, 'PATCH a1': ['done', forbidden] });
    const result = await apply(world, shift);
    expect(told(result)).toEqual(['A@1.0.0: failed (unserved)', 'A@2.0.0: failed (forbidden)']);
    expect(result.unserved).toEqual([{ name: 'A', certain: 40, possible: 40 }]);
    expect(splits(world)).toEqual({ a1: 50, a2: 10 });
  });

  test('of another name moves all the same', async () => {
    const world = openWorld([...live, at('b', 'B@1.0.0', 10)], { 'PATCH a2': forbidden });
    const result = await apply(world, [...shift, engine('B@1.0.0', { trafficSplit: 20 })]);
    expect(told(result).at(-1)).toBe('B@1.0.0: applied');
  });
});

describe('a POST without an answer', () => {
  const resources = [engine('A@1.0.0', { description: 'd' })];

  test('is not repeated: it is looked up once the server must be done and lists show it, and adopted', async () => {
    const world = openWorld([], { 'POST A@1.0.0': 'lost-after' });
    const result = await apply(world, resources);
    expect(told(result)).toEqual(['A@1.0.0: applied']);
    expect(writes(world)).toEqual(['POST A@1.0.0']);
    expect(world.log.slice(2, 4)).toEqual(['sleep 35000', 'LIST SpeechEngine']);
    expect(events(world)).toMatchObject([
      { action: 'DEPLOY', targetId: 'new-1', payloadHash: liveHash(world, 'new-1') },
    ]);
  });

  test('is unknown when it is not listed', async () => {
    const world = openWorld([], { 'POST A@1.0.0': 'lost' });
    expect(told(await apply(world, resources))).toEqual(['A@1.0.0: unknown (unknown)']);
    expect(writes(world)).toEqual(['POST A@1.0.0']);
    expect(world.ledger.state.openIntents).toMatchObject([{ unknown: true }]);
  });

  test('is stale when something else is there', async () => {
    const world = openWorld([], { 'POST A@1.0.0': 'lost' });
    world.tenant.onWrite = () => world.tenant.live.set('x', liveEngine('x', 'A@1.0.0', { description: 'foreign' }));
    expect(told(await apply(world, resources))).toEqual(['A@1.0.0: failed (stale)']);
    expect(events(world)).toEqual([]);
  });

  test('goes on with its second step once it was found', async () => {
    const world = openWorld([], { 'POST A@1.0.0': 'lost-after' });
    expect(told(await apply(world, [engine('A@1.0.0', pipeline)]))).toEqual(['A@1.0.0: applied']);
    expect(writes(world)).toEqual(['POST A@1.0.0', 'PATCH new-1']);
    expect(events(world).map(({ action }) => action)).toEqual(['DEPLOY']);
  });
});

describe('a POST that conflicts', () => {
  const resources = [engine('A@1.0.0', { description: 'd' })];

  test('adopts what is exactly as wanted', async () => {
    const world = openWorld([], { 'POST A@1.0.0': conflict });
    world.tenant.onWrite = () => world.tenant.live.set('x', liveEngine('x', 'A@1.0.0', { description: 'd' }));
    const result = await apply(world, resources);
    expect(result.progress).toMatchObject([{ status: 'already-applied', remoteId: 'x' }]);
    expect(world.log).toContain('sleep 5000');
  });

  test('leaves the audit of what another run created to that run, and records that its own POST failed', async () => {
    const world = openWorld([], { 'POST A@1.0.0': conflict });
    world.tenant.onWrite = () => world.tenant.live.set('x', liveEngine('x', 'A@1.0.0', { description: 'd' }));
    await apply(world, resources);
    expect(events(world)).toEqual([]);
    expect(world.ledger.entries.at(-1)).toMatchObject({ status: 'failed', remoteId: null, resultHash: null });
  });

  test('goes on with its second step on what another run created, as an update', async () => {
    const world = openWorld([], { 'POST A@1.0.0': conflict });
    const parked = { description: 'd', trafficSplit: 0, abTestingEnabled: false };
    world.tenant.onWrite = (write) => {
      if (write.startsWith('POST')) world.tenant.live.set('x', liveEngine('x', 'A@1.0.0', parked));
    };
    const wanted = engine('A@1.0.0', { description: 'd', trafficSplit: 100, ...pipeline });
    const result = await apply(world, [wanted]);
    expect(told(result)).toEqual(['A@1.0.0: applied']);
    expect(events(world)).toMatchObject([{ action: 'UPDATE', targetId: 'x' }]);
  });

  test('audits what an earlier run sent, looked for in vain, and created after all', async () => {
    const world = openWorld([], { 'POST A@1.0.0': ['lost', conflict] });
    expect(told(await apply(world, resources))).toEqual(['A@1.0.0: unknown (unknown)']);
    const interrupt = new AbortController().signal;
    const { ledger, tenant, clock } = world;
    const parts = { ledger, writer: tenant.writer, clock, timeoutMs: 0, listLagMs: 0, interrupt };
    expect(await recover({ ...parts, liveNames: () => new Map() })).toMatchObject([{ found: 'absent' }]);
    tenant.onWrite = () => tenant.live.set('x', liveEngine('x', 'A@1.0.0', { description: 'd' }));
    expect(told(await apply(world, resources))).toEqual(['A@1.0.0: applied']);
    expect(events(world)).toMatchObject([{ action: 'DEPLOY', targetId: 'x' }]);
  });

  test('has failed when something else is there, or nothing', async () => {
    const other = openWorld([], { 'POST A@1.0.0': conflict });
    other.tenant.onWrite = () => other.tenant.live.set('x', liveEngine('x', 'A@1.0.0'));
    expect(told(await apply(other, resources))).toEqual(['A@1.0.0: failed (stale)']);
    expect(told(await apply(openWorld([], { 'POST A@1.0.0': conflict }), resources))).toEqual([
      'A@1.0.0: failed (conflict)',
    ]);
  });
});

describe('a PATCH without an answer', () => {
  const resources = [engine('A@1.0.0', { description: 'new' })];
  const live = [liveEngine('a', 'A@1.0.0')];

  test('is applied when the wanted state is there', async () => {
    const world = openWorld(live, { 'PATCH a': 'lost-after' });
    expect(told(await apply(world, resources))).toEqual(['A@1.0.0: applied']);
    expect(writes(world)).toEqual(['PATCH a']);
  });

  test('is sent once more when the state before it is there', async () => {
    const world = openWorld(live, { 'PATCH a': 'lost' });
    expect(told(await apply(world, resources))).toEqual(['A@1.0.0: applied']);
    expect(writes(world)).toEqual(['PATCH a', 'PATCH a']);
  });

  test('is unknown after the second time', async () => {
    const world = openWorld(live, { 'PATCH a': ['lost', 'lost', 'lost'] });
    expect(told(await apply(world, resources))).toEqual(['A@1.0.0: unknown (unknown)']);
    expect(writes(world)).toEqual(['PATCH a', 'PATCH a']);
  });

  test('is applied when the second one was done, also without an answer', async () => {
    const world = openWorld(live, { 'PATCH a': ['lost', 'lost-after'] });
    expect(told(await apply(world, resources))).toEqual(['A@1.0.0: applied']);
  });

  test('is stale when something else is there', async () => {
    const world = openWorld(live, { 'PATCH a': 'lost' });
    world.tenant.onWrite = () => world.tenant.live.set('a', liveEngine('a', 'A@1.0.0', { description: 'foreign' }));
    expect(told(await apply(world, resources))).toEqual(['A@1.0.0: failed (stale)']);
    expect(writes(world)).toEqual(['PATCH a']);
    expect(events(world), 'what others did is not ours to report').toEqual([]);
  });

  test('is applied when only the second one arrives late: the first was done after all', async () => {
    const world = openWorld(live, { 'PATCH a': ['lost', { status: 412, code: 'precondition' }] });
    let writesSeen = 0;
    world.tenant.onWrite = () => {
      writesSeen += 1;
      if (writesSeen === 2) world.tenant.live.set('a', liveEngine('a', 'A@1.0.0', { description: 'new' }));
    };
    expect(told(await apply(world, resources))).toEqual(['A@1.0.0: applied']);
  });
});

describe('a webhook', () => {
  test('follows the engines that it names, and gets their new ids', async () => {
    const world = openWorld([]);
    const result = await apply(world, [hook('h', { engines: [engineId('A@1.0.0')] }), engine('A@1.0.0', pipeline)]);
    expect(told(result)).toEqual(['A@1.0.0: applied', 'Webhook/h: applied']);
    expect(writes(world)).toEqual(['POST A@1.0.0', 'PATCH new-1', 'POST h']);
    expect(world.tenant.live.get('new-3')?.entity ?? [...world.tenant.live.values()].at(-1)?.entity).toMatchObject({
      filter: { speechEngineIds: ['new-1'] },
    });
    expect(events(world)).toMatchObject([{}, { eventType: 'webhook.configuration', action: 'DEPLOY' }]);
  });

  test('is not attempted when such an engine could not be created; others are', async () => {
    const world = openWorld([], { 'POST A@1.0.0': forbidden });
    const result = await apply(world, [
      hook('h', { engines: [engineId('A@1.0.0')] }),
      hook('other'),
      engine('A@1.0.0'),
    ]);
    expect(told(result)).toEqual([
      'A@1.0.0: failed (forbidden)',
      'Webhook/h: not-attempted (dependency-failed)',
      'Webhook/other: applied',
    ]);
    expect(writes(world)).toEqual(['POST A@1.0.0', 'POST other']);
  });

  test('is written though a live engine that it names could not be changed', async () => {
    const world = openWorld([liveEngine('a', 'A@1.0.0')], { 'PATCH a': forbidden });
    const result = await apply(world, [
      hook('h', { engines: [engineId('A@1.0.0')] }),
      engine('A@1.0.0', { description: 'new' }),
    ]);
    expect(told(result).at(-1)).toBe('Webhook/h: applied');
  });

  test('that names an engine without a manifest is changed all the same', async () => {
    const filter = { eventTypes: ['speechEngineUpdated'], speechEngineIds: ['x'] };
    const world = openWorld([liveEngine('x', 'X@1.0.0'), liveHook('w', 'h', { filter })]);
    expect(told(await apply(world, [hook('h', { retryPolicy: { maxRetries: 0 } })]))).toEqual(['Webhook/h: applied']);
  });

  const secretive = hook('h', { headers: { 'X-A': { fromEnv: 'CXONE_WEBHOOK_A' } } });

  test('gets its header values from the variables of its manifest, and the ledger never does', async () => {
    const world = openWorld([]);
    await apply(world, [secretive], {
      secret: (variable) => (variable === 'CXONE_WEBHOOK_A' ? 'a very secret value' : undefined),
    });
    expect(world.log.find((line) => line.startsWith('POST h'))).toContain('"headers":{"X-A":"a very secret value"}');
    expect(JSON.stringify(world.ledger.entries)).not.toContain('very secret value');
    const { headers: _headers, ...rest } = JSON.parse(
      world.log.find((line) => line.startsWith('POST h'))?.slice(7) ?? '',
    );
    expect(world.ledger.entries[1]).toMatchObject({ bodyHash: hashJson({ ...rest, headers: { 'X-A': null } }) });
  });

  test('whose variable is not set fails before anything leaves, and names it', async () => {
    const world = openWorld([]);
    const result = await apply(world, [secretive], { secret: () => '' });
    expect(result.progress[0]?.error).toEqual({
      code: 'ConfigurationError',
      message: 'Webhook/h: header X-A has no value, because CXONE_WEBHOOK_A is not set',
      hint: 'Set CXONE_WEBHOOK_A in the environment of this run.',
    });
    expect(world.log).toEqual([]);
  });
});

describe('a ledger that can not be written', () => {
  const resources = ['A', 'B', 'C'].map((name) => engine(`${name}@1.0.0`, { description: 'new' }));
  const live = ['A', 'B', 'C'].map((name) => liveEngine(name.toLowerCase(), `${name}@1.0.0`));

  test('stops everything: no request leaves after it', async () => {
    for (let room = 0; room < 12; room += 1) {
      const world = openWorld(live);
      world.ledger.room = room;
      const result = await apply(world, resources, { concurrency: 1 });
      expect(result.fatal?.code).toBe('LedgerError');
      const full = world.log.length;
      const durable = world.log.filter((line) => line.startsWith('intent')).length;
      // Every write has its durable intent, and none follows the append that failed.
      expect(writes(world)).toHaveLength(durable);
      expect(world.log.slice(full)).toEqual([]);
      expect(room < 1 ? writes(world) : []).toEqual([]);
    }
  });

  test('that another run may hold by now lets nothing leave: no request, and no audit event', async () => {
    const world = openWorld([liveEngine('a', 'A@1.0.0')]);
    const lost = new KnownError('LedgerError', 'another run took it');
    world.ledger.lost = () => lost;
    const two = [engine('A@1.0.0', { description: 'new' }), engine('B@1.0.0')];
    const { progress } = await apply(world, two);
    expect(progress.map(({ status, error }) => [status, error?.message])).toEqual([
      ['failed', expect.stringContaining('did not leave: another run took it')],
      ['failed', expect.stringContaining('did not leave: another run took it')],
    ]);
    expect(writes(world)).toEqual([]);
    world.ledger.lost = () => (world.log.some((line) => line.startsWith('PATCH')) ? lost : undefined);
    await apply(world, two.slice(0, 1));
    expect(writes(world)).toHaveLength(1);
    expect(world.log.filter((line) => line.startsWith('AUDIT'))).toEqual([]);
  });

  test('leaves what was sent unknown, and the rest not attempted', async () => {
    const world = openWorld(live);
    world.ledger.room = 1;
    const result = await apply(world, resources, { concurrency: 1 });
    expect(told(result)).toEqual([
      'A@1.0.0: unknown',
      'B@1.0.0: not-attempted (stopped)',
      'C@1.0.0: not-attempted (stopped)',
    ]);
    expect(writes(world)).toEqual(['PATCH a']);
  });

  test('stops reads too', async () => {
    const world = openWorld(live.map(withoutEtag));
    world.tenant.etags = false;
    world.ledger.room = 0;
    await apply(world, resources, { concurrency: 1 });
    expect(world.log).toEqual(['GET a']);
  });

  test('stops webhooks too', async () => {
    const world = openWorld([]);
    world.ledger.room = 0;
    const result = await apply(world, [engine('A@1.0.0'), hook('h')]);
    expect(told(result)).toEqual(['A@1.0.0: not-attempted (stopped)', 'Webhook/h: not-attempted (stopped)']);
    expect(world.log).toEqual([]);
  });
});

describe('an interrupt', () => {
  const resources = ['A', 'B'].map((name) => engine(`${name}@1.0.0`, { description: 'new' }));

  test('lets what is in flight end, and starts nothing new', async () => {
    const world = openWorld([liveEngine('a', 'A@1.0.0'), liveEngine('b', 'B@1.0.0')]);
    const interrupt = new AbortController();
    world.tenant.onWrite = () => interrupt.abort();
    const result = await apply(world, resources, { concurrency: 1, interrupt: interrupt.signal });
    expect(told(result)).toEqual(['A@1.0.0: applied', 'B@1.0.0: not-attempted (interrupted)']);
    // Its audit event is new, too: the next run sends it.
    expect(auditCounts(result)).toEqual({ delivered: 0, pending: 1, unknown: 0 });
    expect(world.ledger.state.undelivered).toHaveLength(1);
  });

  test('does not tear a traffic shift apart, nor a create from its pipeline', async () => {
    const world = openWorld([at('a1', 'A@1.0.0', 90), at('a2', 'A@2.0.0', 10)]);
    const interrupt = new AbortController();
    world.tenant.onWrite = () => interrupt.abort();
    const options = { concurrency: 1, interrupt: interrupt.signal };
    const shifted = await apply(
      world,
      [engine('A@1.0.0', { trafficSplit: 50 }), engine('A@2.0.0', { trafficSplit: 50 })],
      options,
    );
    expect(told(shifted)).toEqual(['A@1.0.0: applied', 'A@2.0.0: applied']);

    const fresh = openWorld([]);
    const second = new AbortController();
    fresh.tenant.onWrite = () => second.abort();
    expect(told(await apply(fresh, [engine('A@1.0.0', pipeline)], { interrupt: second.signal }))).toEqual([
      'A@1.0.0: applied',
    ]);
  });

  test('before a shift moves no traffic, and what was created at 0 is recorded and audited', async () => {
    const world = openWorld([at('a1', 'A@1.0.0', 100)]);
    const interrupt = new AbortController();
    world.tenant.onWrite = () => interrupt.abort();
    const result = await apply(
      world,
      [engine('A@1.0.0', { trafficSplit: 50 }), engine('A@2.0.0', { trafficSplit: 50 })],
      { interrupt: interrupt.signal },
    );
    expect(told(result)).toEqual(['A@1.0.0: not-attempted (interrupted)', 'A@2.0.0: failed (interrupted)']);
    expect(splits(world)).toEqual({ a1: 100, 'new-1': 0 });
    expect(events(world)).toMatchObject([{ action: 'DEPLOY', payloadHash: liveHash(world, 'new-1') }]);
  });
});

test('credentials that are refused stop the run', async () => {
  const world = openWorld([liveEngine('a', 'A@1.0.0'), liveEngine('b', 'B@1.0.0')], {
    'PATCH a': { status: 401, code: 'unauthorized' },
  });
  const resources = ['A', 'B'].map((name) => engine(`${name}@1.0.0`, { description: 'new' }));
  expect(told(await apply(world, resources, { concurrency: 1 }))).toEqual([
    'A@1.0.0: failed (unauthorized)',
    'B@1.0.0: not-attempted (stopped)',
  ]);
});

describe('an audit event', () => {
  const resources = [engine('A@1.0.0', { description: 'new' })];

  test.each([
    ['refused', { delivered: 0, pending: 1, unknown: 0 }],
    ['lost', { delivered: 0, pending: 1, unknown: 0 }],
    ['lost-after', { delivered: 1, pending: 0, unknown: 0 }],
  ] as const)('that is %s leaves the change applied, and is counted', async (fate, counts) => {
    const world = openWorld([liveEngine('a', 'A@1.0.0')]);
    world.tenant.audit = fate;
    const result = await apply(world, resources);
    expect(told(result)).toEqual(['A@1.0.0: applied']);
    expect(auditCounts(result)).toEqual(counts);
    expect(world.log.filter((line) => line.startsWith('AUDIT'))).toHaveLength(1);
  });
});

test('every change is reported when it has its final status', async () => {
  const world = openWorld([liveEngine('a', 'A@1.0.0')], { 'PATCH a': forbidden });
  const finished: string[] = [];
  await apply(world, [engine('A@1.0.0', { description: 'new' }), engine('B@1.0.0')], {
    onFinished: ({ change, status }) => finished.push(`${change.id} ${status}`),
  });
  expect(finished.toSorted()).toEqual(['SpeechEngine/A@1.0.0 failed', 'SpeechEngine/B@1.0.0 applied']);
  expect(world.clock.now()).toBe(start);
});
