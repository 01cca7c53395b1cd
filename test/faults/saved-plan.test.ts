import { afterEach, describe, expect, test } from 'vitest';
import { engine, liveEngine, pipeline } from '../cli/manifests.js';
import { wrongs } from './scenario.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterEach(closeWorlds);

const complete = engine('N', { trafficSplit: 100, audioProcessingOptions: pipeline });
const isPatch = (sent: string) => sent.startsWith('PATCH');

async function planned(world: World): Promise<string> {
  const file = world.file('plan.json');
  expect((await world.cli(['plan', 'dev', '--out', file])).code).toBe(0);
  return file;
}

describe('a saved plan whose run', () => {
  test.each([
    ['died between the two requests of a create', false],
    ['died while the first of them was on its way', true],
  ])('%s is taken up by the same file', async (_when, post) => {
    const world = await openWorld({ documents: [complete] });
    const file = await planned(world);
    await world.killedApply(post ? (sent) => sent === 'POST /api/v2/speech/engines' : isPatch, post, ['--plan', file]);
    expect((await world.apply('--plan', file)).code).toBe(0);
    expect(await wrongs(world)).toEqual([]);
  });

  test('was refused the second request of a create is taken up by the same file, as often as it takes', async () => {
    const world = await openWorld({ documents: [complete] });
    const file = await planned(world);
    world.wire.fate = ({ method }) => (method === 'PATCH' ? { status: 403 } : undefined);
    expect((await world.apply('--plan', file)).code).toBe(7);
    expect((await world.apply('--plan', file)).code).toBe(4);
    world.wire.fate = () => undefined;
    expect((await world.apply('--plan', file)).code).toBe(0);
    expect((await world.auditLogs()).map(({ action }) => action)).toEqual(['DEPLOY', 'UPDATE']);
    expect(await wrongs(world)).toEqual([]);
  });

  test('died in the middle of a shift is taken up by the same file', async () => {
    const world = await openWorld({
      engines: [
        liveEngine('d1', 'D', { trafficSplit: 90 }),
        liveEngine('d2', 'D', { version: '2.0.0', trafficSplit: 10 }),
      ],
      documents: [engine('D', { trafficSplit: 50 }), engine('D', { version: '2.0.0', trafficSplit: 50 })],
    });
    const file = await planned(world);
    await world.killedApply((sent) => sent.endsWith('/d2') && isPatch(sent), false, ['--plan', file]);
    expect((await world.apply('--plan', file)).out).toContain('1 applied, 1 already applied');
    expect(await wrongs(world)).toEqual([]);
  });

  test('died is stale once somebody else touched what it had created', async () => {
    const world = await openWorld({ documents: [complete] });
    const file = await planned(world);
    await world.killedApply(isPatch, false, ['--plan', file]);
    const [made] = await world.engines();
    await world.change(made?.speechEngineId ?? '', { description: 'by hand' });
    world.wire.log.length = 0;
    expect((await world.apply('--plan', file)).code).toBe(6);
    expect(world.wire.log.filter(isPatch)).toEqual([]);
  });

  test('never ran is stale where the engine was created by others', async () => {
    const world = await openWorld({ documents: [complete] });
    const file = await planned(world);
    const other = await world.apply('--ledger', world.file('other'));
    expect(other.code).toBe(0);
    const [made] = await world.engines();
    await world.change(made?.speechEngineId ?? '', { trafficSplit: 0, audioProcessingOptions: null });
    expect((await world.apply('--plan', file)).code).toBe(6);
  });
});
