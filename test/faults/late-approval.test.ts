import { afterEach, describe, expect, test } from 'vitest';
import { engine, liveEngine } from '../cli/manifests.js';
import { wrongs } from './scenario.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterEach(closeWorlds);

/** An apply at a terminal: somebody says yes after `meanwhile`. */
function approvedAfter(world: World, meanwhile: () => Promise<unknown>, ...args: string[]) {
  const confirm = async () => {
    world.clock.now += 600_000;
    await meanwhile();
    return true;
  };
  return world.cli(['apply', 'dev', ...args], { confirm });
}

const writes = ({ wire }: World) => wire.log.filter((sent) => /^(PATCH|POST .*\/(engines|webhooks)$)/u.test(sent));

describe('a plan that was approved minutes later', () => {
  test('is stale when its engine was created meanwhile, also where CXone would take another', async () => {
    const world = await openWorld({ documents: [engine('A')], assume: ['unique=off'] });
    const ended = await approvedAfter(world, () => world.apply('--ledger', world.file('other')));
    expect(ended.code).toBe(6);
    expect(ended.err).toContain('while it waited to be approved');
    expect(await world.engines()).toHaveLength(1);
    expect(await world.auditLogs()).toHaveLength(1);
  });

  test('is stale when an engine was changed meanwhile, and writes nothing', async () => {
    const world = await openWorld({
      engines: [liveEngine('a', 'A'), liveEngine('b', 'B')],
      documents: [engine('A', { description: 'new' }), engine('B', { description: 'new' })],
    });
    expect((await approvedAfter(world, () => world.change('b', { description: 'by hand' }))).code).toBe(6);
    expect(writes(world)).toEqual([]);
  });

  test('is refused when traffic outside git would now pass 100 with it', async () => {
    const world = await openWorld({
      engines: [liveEngine('a', 'A'), liveEngine('a2', 'A', { version: '2.0.0' })],
      documents: [engine('A', { trafficSplit: 60 })],
    });
    const ended = await approvedAfter(world, () => world.change('a2', { trafficSplit: 60 }), '--format', 'json');
    expect(ended.code).toBe(5);
    expect(JSON.parse(ended.out)).toMatchObject({ status: 'refused', error: { code: 'GuardrailError' } });
    expect(writes(world)).toEqual([]);
  });

  test('is applied when nothing has changed', async () => {
    const world = await openWorld({
      engines: [liveEngine('a', 'A')],
      documents: [engine('A', { description: 'new' })],
    });
    expect((await approvedAfter(world, async () => undefined)).code).toBe(0);
    expect(await wrongs(world)).toEqual([]);
  });
});
