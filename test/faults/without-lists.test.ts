import { afterEach, describe, expect, test } from 'vitest';
import { engine, liveEngine, webhook } from '../cli/manifests.js';
import type { Fate } from './wire.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterEach(closeWorlds);

const isList = (path: string) => path === '/api/v2/speech/engines' || path === '/api/v2/webhooks';

/** From now on the server has no lists; what it has already is still read by its id. */
function withoutLists(
  world: World,
  others: (method: string, path: string) => Fate | undefined = () => undefined,
): void {
  world.wire.fate = ({ method, path }) => (method === 'GET' && isList(path) ? { status: 405 } : others(method, path));
}

const writes = ({ wire }: World) =>
  wire.log.filter((line) => /^(POST|PATCH) \/api\/v2\/(speech\/engines|webhooks)/u.test(line));

function pinned(name: string, engineId: string, spec: object = {}): object {
  const document = engine(name, spec);
  return { ...document, metadata: { ...document.metadata, engineId } };
}

describe('where nothing can be listed', () => {
  test('an engine that its manifest pins is changed', async () => {
    const world = await openWorld({
      engines: [liveEngine('a1', 'A', { trafficSplit: 100 })],
      documents: [pinned('A', 'a1', { trafficSplit: 100, description: 'new' })],
    });
    withoutLists(world);
    expect((await world.apply()).code).toBe(0);
    expect(writes(world)).toEqual(['PATCH /api/v2/speech/engines/a1']);
    expect((await world.cli(['plan', 'dev', '--detailed-exitcode'])).code).toBe(0);
  });

  test('an engine without an id is never created, and its manifest is named', async () => {
    const world = await openWorld({ documents: [engine('A', { trafficSplit: 100 }), webhook('H')] });
    withoutLists(world);
    const ended = await world.apply();
    expect(ended.code).toBe(3);
    expect(ended.err).toMatch(/all\.yaml:1:1/u);
    expect(ended.err).toContain('metadata.engineId');
    expect(ended.err).toContain('Webhook/H: webhooks can');
    expect(writes(world)).toEqual([]);
  });

  test('--only leaves out what can not be looked up', async () => {
    const world = await openWorld({
      engines: [liveEngine('a1', 'A', { trafficSplit: 100 })],
      documents: [pinned('A', 'a1', { trafficSplit: 100, description: 'new' }), engine('B', { trafficSplit: 100 })],
    });
    withoutLists(world);
    expect((await world.apply('--only', 'SpeechEngine/A@*')).code).toBe(0);
    expect(writes(world)).toEqual(['PATCH /api/v2/speech/engines/a1']);
  });
});

describe('a create whose answer was lost, where nothing can be listed any more', () => {
  const id = 'SpeechEngine/A@1.0.0';
  const documents = [engine('A', { trafficSplit: 100 })];
  const lost = async (after: boolean) => {
    const world = await openWorld({ documents });
    await world.killedApply((passing) => passing === 'POST /api/v2/speech/engines', after);
    withoutLists(world);
    return world;
  };

  test('stops every apply with 7 and what to do, and is never sent again', async () => {
    const world = await lost(true);
    for (const _run of [1, 2]) {
      const ended = await world.apply();
      expect(ended.code).toBe(7);
      expect(ended.err).toContain(`--resolve ${id}=ID`);
    }
    expect(await world.engines()).toHaveLength(1);
    const json = await world.apply('--format', 'json');
    expect(JSON.parse(json.out)).toMatchObject({
      status: 'error',
      error: { code: 'UnknownOutcomeError', exitCode: 7 },
    });
  });

  test('is settled by the id that a person found: adopted, and audited once', async () => {
    const world = await lost(true);
    const [{ speechEngineId } = { speechEngineId: '' }] = await world.engines();
    await world.manifests(pinned('A', speechEngineId, { trafficSplit: 100 }));
    expect((await world.apply('--resolve', `${id}=${speechEngineId}`)).code).toBe(0);
    expect(await world.auditLogs()).toMatchObject([{ action: 'DEPLOY', targetId: speechEngineId }]);
    expect((await world.cli(['audit', 'verify', 'dev'])).code).toBe(0);
  });

  test('is settled by a person who found nothing, and still not created where nobody can look', async () => {
    const world = await lost(false);
    expect((await world.apply('--resolve', `${id}=absent`)).code).toBe(3);
    expect(await world.engines()).toEqual([]);
    world.wire.fate = () => undefined;
    expect((await world.apply()).code).toBe(0);
    expect(await world.engines()).toHaveLength(1);
    expect(await world.auditLogs()).toHaveLength(1);
  });

  test('is not settled by the id of another engine, by one that is not there, or where nothing is open', async () => {
    const world = await lost(false);
    const other = await world.apply('--resolve', `${id}=nothing-has-this`);
    expect([other.code, other.err]).toEqual([3, expect.stringContaining('CXone has nothing with that id')]);
    const wrong = await world.apply('--resolve', 'SpeechEngine/B@1.0.0=absent');
    expect([wrong.code, wrong.err]).toEqual([3, expect.stringContaining(`These wait for an answer: ${id}`)]);
    const odd = await world.apply('--resolve', 'A@1.0.0');
    expect([odd.code, odd.err]).toEqual([3, expect.stringContaining('IDENTITY=ID or IDENTITY=absent')]);
    expect((await world.apply()).code).toBe(7);
  });
});
