import { afterEach, describe, expect, test } from 'vitest';
import { engine } from '../cli/manifests.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterEach(closeWorlds);

/** Held back for a minute by a 429, so that it leaves long after its intent; then `then`. */
function heldBack(path: string, then: 'cut-after' | undefined) {
  let seen = 0;
  return ({ method, path: where }: { method: string; path: string }) => {
    if (method !== 'POST' || where !== path) return undefined;
    seen += 1;
    if (seen === 1) return { status: 429, headers: { 'retry-after': '60' } };
    return seen === 2 ? then : undefined;
  };
}

const engines = '/api/v2/speech/engines';
const logs = '/api/v2/audit/logs';

describe('a request that leaves long after its intent, because of a 429', () => {
  test('and whose answer is lost is looked for once lists must show it: one engine, one event', async () => {
    const world = await openWorld({ documents: [engine('A')], assume: ['list-lag=4', 'unique=off'] });
    world.wire.fate = heldBack(engines, 'cut-after');
    expect((await world.apply()).code).toBe(0);
    expect(await world.engines()).toHaveLength(1);
    expect(await world.auditLogs()).toMatchObject([{ action: 'DEPLOY' }]);
  });

  test('of a run that dies then is looked for as if it had left just now: one engine, one event', async () => {
    const world = await openWorld({ documents: [engine('A')], assume: ['list-lag=4', 'unique=off'] });
    await killedAfter429(world, `POST ${engines}`);
    expect((await world.apply()).code).toBe(0);
    expect(await world.engines()).toHaveLength(1);
    expect(await world.auditLogs()).toMatchObject([{ action: 'DEPLOY' }]);
    expect((await world.cli(['audit', 'verify', 'dev'])).code).toBe(0);
  });

  test('is an audit event of a run that dies then: it is not sent twice', async () => {
    const world = await openWorld({ documents: [engine('A')], assume: ['audit-lag=4'] });
    await killedAfter429(world, `POST ${logs}`);
    expect((await world.apply()).code).toBe(0);
    expect(await world.auditLogs()).toHaveLength(1);
    expect((await world.cli(['audit', 'verify', 'dev'])).code).toBe(0);
  });
});

describe('a run that died and whose clock', () => {
  test.each([
    ['ahead', 86_400_000],
    ['behind', -1_200_000],
  ])('was %s makes no later run wait for it, nor look too early', async (_which, skew) => {
    const world = await openWorld({ documents: [engine('A')], assume: ['list-lag=4', 'unique=off'] });
    world.clock.skew = skew;
    await world.killedApply((sent) => sent === `POST ${engines}`, true);
    world.clock.skew = 0;
    world.clock.slept.length = 0;
    expect((await world.apply()).code).toBe(0);
    expect(await world.engines()).toHaveLength(1);
    expect(Math.max(...world.clock.slept)).toBeLessThanOrEqual(6_000);
  });

  test('was ahead when it created something makes the next create wait no longer than the lag', async () => {
    const world = await openWorld({ documents: [engine('A')] });
    world.clock.skew = 86_400_000;
    expect((await world.apply()).code).toBe(0);
    world.clock.skew = 0;
    world.clock.slept.length = 0;
    await world.manifests(engine('A'), engine('B'));
    expect((await world.apply()).code).toBe(0);
    expect(Math.max(...world.clock.slept)).toBeLessThanOrEqual(5_000);
  });
});

/** Kills the run at the second `write`; a 429 held the first back. */
async function killedAfter429(world: World, write: string): Promise<void> {
  let sent = 0;
  const killed = world.killedApply((passing) => passing === write && ++sent === 2, true);
  const kill = world.wire.fate;
  world.wire.fate = async (passing) => {
    const fate = await kill(passing);
    const first = fate === undefined && `${passing.method} ${passing.path}` === write;
    return first ? { status: 429, headers: { 'retry-after': '60' } } : fate;
  };
  await killed;
}
