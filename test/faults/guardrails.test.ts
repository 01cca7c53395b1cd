import { writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { engine, liveEngine } from '../cli/manifests.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterEach(closeWorlds);

const minute = 60_000;
const writes = ({ wire }: World) => wire.log.filter((sent) => /^(PATCH|POST .*\/(engines|webhooks)$)/u.test(sent));

/** One engine to change; the `Date` of answers is real here, so the clock has to be, too. */
async function openAt(guardrails: object): Promise<World> {
  const world = await openWorld({
    engines: [liveEngine('a', 'A')],
    documents: [engine('A', { description: 'new' })],
    listLag: 'PT0S',
  });
  world.clock.now = Date.now();
  const spec = { baseUrl: world.wire.url, listLag: 'PT0S', guardrails };
  const document = { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec };
  await writeFile(world.file('environments/dev/environment.yaml'), JSON.stringify(document));
  return world;
}

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const always = { changeWindows: { timeZone: 'Europe/Berlin', windows: [{ days, from: '00:00', to: '24:00' }] } };

describe('a change window', () => {
  test('lets an apply pass whose clock is about right', async () => {
    const world = await openAt(always);
    world.clock.skew = -4 * minute;
    expect((await world.apply()).code).toBe(0);
  });

  test.each([
    [10, 'behind'],
    [-10, 'ahead of'],
  ])('refuses one whose clock is %i minutes off', async (minutes, words) => {
    const world = await openAt(always);
    world.clock.skew = minutes * minute;
    const ended = await world.apply();
    expect([ended.code, ended.err]).toEqual([
      5,
      expect.stringContaining(`CXone's clock is 10 minutes ${words} this machine's`),
    ]);
    expect(writes(world)).toEqual([]);
  });

  test('is looked at again once somebody has approved', async () => {
    const world = await openAt(always);
    const confirm = async () => {
      world.clock.skew = 10 * minute;
      return true;
    };
    const ended = await world.cli(['apply', 'dev', '--override', 'INC-4711'], { confirm });
    expect([ended.code, ended.err]).toEqual([5, expect.stringContaining('clock-skew')]);
    expect(writes(world)).toEqual([]);
    expect((await world.ledger()).map(({ kind }) => kind)).not.toContain('override');
  });
});

test('what a run that died left undone is planned anew, and refused as anything else', async () => {
  const world = await openAt(always);
  await world.killedApply((passing) => passing.startsWith('PATCH'), false);
  world.clock.skew = 10 * minute;
  const ended = await world.apply();
  expect([ended.code, ended.err]).toEqual([5, expect.stringContaining('its plan is refused: clock-skew')]);
  expect((await world.engines()).map(({ description }) => description)).not.toContain('new');
  world.clock.skew = 0;
  expect((await world.apply()).code).toBe(0);
});
