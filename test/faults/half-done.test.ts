import { afterEach, describe, expect, test } from 'vitest';
import { engine, liveEngine, pipeline, webhook } from '../cli/manifests.js';
import { wrongs } from './scenario.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterEach(closeWorlds);

const complete = engine('N', { trafficSplit: 100, audioProcessingOptions: pipeline });
const patch = (sent: string) => sent.startsWith('PATCH');

/** A run that died after it had created N at split 0. */
async function halfCreated(): Promise<World> {
  const world = await openWorld({ documents: [complete] });
  await world.killedApply(patch, false);
  return world;
}

describe('an engine that a run left at split 0', () => {
  test('and whose manifest now wants just that is audited once', async () => {
    const world = await halfCreated();
    await world.manifests(engine('N'));
    expect((await world.apply()).out).toContain('1 audit event delivered');
    expect(await world.auditLogs()).toMatchObject([{ action: 'DEPLOY' }]);
    expect(await wrongs(world)).toEqual([]);
  });

  test('and whose manifest is gone is audited once, whether or not anything else changes', async () => {
    const world = await halfCreated();
    await world.manifests(engine('Other'));
    expect((await world.apply()).code).toBe(0);
    expect((await world.apply()).code).toBe(0);
    expect(await world.auditLogs()).toHaveLength(2);
    expect(await wrongs(world)).toEqual([]);
  });

  test('is audited though the run that says so dies, too', async () => {
    const world = await halfCreated();
    await world.manifests(engine('N'));
    await world.killedApply((sent) => sent === 'POST /api/v2/audit/logs', false);
    expect((await world.apply()).code).toBe(0);
    expect(await world.auditLogs()).toMatchObject([{ action: 'DEPLOY' }]);
    expect(await wrongs(world)).toEqual([]);
  });

  test('is still one DEPLOY where the next run completes it', async () => {
    const world = await halfCreated();
    expect((await world.apply()).code).toBe(0);
    expect(await world.auditLogs()).toMatchObject([{ action: 'DEPLOY' }]);
    expect(await wrongs(world)).toEqual([]);
  });
});

test('a webhook that a run wrote before it died is audited, though the engine that it names could not be renamed', async () => {
  const filter = { eventTypes: ['speechEngineUpdated'], speechEngineIds: ['e1'] };
  const world = await openWorld({
    engines: [liveEngine('e1', 'Old')],
    webhooks: [{ webhookId: 'w1', name: 'H', callbackUrl: 'https://a.example.com/x', filter, headers: {} }],
    documents: [
      engine('New', {}, { previousNames: ['Old'] }),
      webhook('H', { callbackUrl: 'https://b.example.com/x', engines: ['SpeechEngine/New@1.0.0'] }),
    ],
  });
  const killed = world.killedApply((sent) => sent === 'PATCH /api/v2/webhooks/w1', true);
  const kill = world.wire.fate;
  world.wire.fate = (passing) => (passing.path.endsWith('/e1') ? { status: 403 } : kill(passing));
  await killed;
  expect((await world.apply()).code).toBe(0);
  expect((await world.auditLogs()).map(({ targetId }) => targetId)).toEqual(['w1', 'e1']);
  expect(await wrongs(world)).toEqual([]);
});

test('a webhook that a run wrote before it died is audited, though manifests have renamed its engine since', async () => {
  const filter = { eventTypes: ['speechEngineUpdated'], speechEngineIds: ['e1'] };
  const world = await openWorld({
    engines: [liveEngine('e1', 'Old')],
    webhooks: [{ webhookId: 'w1', name: 'H', callbackUrl: 'https://a.example.com/x', filter, headers: {} }],
    documents: [
      engine('Old'),
      webhook('H', { callbackUrl: 'https://b.example.com/x', engines: ['SpeechEngine/Old@1.0.0'] }),
    ],
  });
  await world.killedApply((sent) => sent === 'PATCH /api/v2/webhooks/w1', true);
  await world.manifests(
    engine('New', {}, { previousNames: ['Old'] }),
    webhook('H', { callbackUrl: 'https://b.example.com/x', engines: ['SpeechEngine/New@1.0.0'] }),
  );
  expect((await world.apply()).code).toBe(0);
  expect((await world.auditLogs()).map(({ targetId }) => targetId)).toEqual(['w1', 'e1']);
  expect((await world.cli(['audit', 'verify', 'dev'])).code).toBe(0);
});
