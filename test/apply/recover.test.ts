import { describe, expect, test } from 'vitest';
import { type RecoverOptions, recover } from '../../src/apply/recover.js';
import { hashJson } from '../../src/model/hash.js';
import { KnownError } from '../../src/model/known-error.js';
import type { Live, Resource } from '../../src/model/resource.js';
import { planSteps } from '../../src/plan/steps.js';
import { change, engine, liveEngine } from '../plan/sample.js';
import { apply, events, openWorld, plan, told, type World } from './run.js';
import type { Fate } from './tenant.js';

const pipeline = { audioProcessingOptions: { noiseSuppression: { enabled: true } } };

/** A run that ended just before the outcome of its write number `cut` was durable; `act` is what the server did then. */
async function cutOff(live: readonly Live[], wanted: Resource, cut: 'before' | 'after', write = 1): Promise<World> {
  const world = openWorld(live);
  world.ledger.room = 2 * write - 1;
  if (cut === 'before') {
    const name = live.length === 0 && write === 1 ? 'POST A@1.0.0' : `PATCH ${live.length === 0 ? 'new-1' : 'a'}`;
    world.tenant.fates.set(name, ['not-sent']);
  }
  const result = await apply(world, [wanted]);
  expect(result.fatal?.code).toBe('LedgerError');
  world.ledger.room = Number.POSITIVE_INFINITY;
  world.log.length = 0;
  return world;
}

function recovered({ ledger, tenant, clock }: World, more: Partial<RecoverOptions> = {}) {
  const lags = { timeoutMs: 30_000, listLagMs: 5000 };
  const interrupt = new AbortController().signal;
  return recover({ ledger, writer: tenant.writer, clock, ...lags, interrupt, liveNames: () => new Map(), ...more });
}

const update = engine('A@1.0.0', { description: 'new' });
const live = [liveEngine('a', 'A@1.0.0')];

describe('a request of a run that was cut off', () => {
  test('is looked at once it must be done and lists show it', async () => {
    const world = await cutOff(live, update, 'after');
    await recovered(world);
    expect(world.log).toEqual(['sleep 35000', 'LIST SpeechEngine', 'LIST Webhook', 'outcome applied']);
  });

  test('was done: it is recorded and audited', async () => {
    const world = await cutOff(live, update, 'after');
    expect(await recovered(world)).toEqual([{ id: 'SpeechEngine/A@1.0.0', found: 'applied' }]);
    expect(events(world)).toMatchObject([
      { action: 'UPDATE', targetId: 'a', payloadHash: change(update, null).payloadHash },
    ]);
    expect(plan(world, [update]).changes).toEqual([]);
  });

  test('was done, and only moved traffic', async () => {
    const moved = engine('A@1.0.0', { trafficSplit: 30 });
    const world = await cutOff(live, moved, 'after');
    await recovered(world);
    expect(events(world).map(({ action }) => action)).toEqual(['TRAFFIC_SPLIT']);
  });

  test('was not done: it is closed, nothing is audited, and the plan has it again', async () => {
    const world = await cutOff(live, update, 'before');
    expect(await recovered(world)).toEqual([{ id: 'SpeechEngine/A@1.0.0', found: 'absent' }]);
    expect(events(world)).toEqual([]);
    expect(world.ledger.state.openIntents).toEqual([]);
    expect(told(await apply(world, [update]))).toEqual(['A@1.0.0: applied']);
  });

  test('was overtaken by another edit, and is not called ours', async () => {
    const world = await cutOff(live, update, 'after');
    world.tenant.live.set('a', liveEngine('a', 'A@1.0.0', { noiseSuppression: false }));
    expect(await recovered(world)).toEqual([{ id: 'SpeechEngine/A@1.0.0', found: 'overtaken' }]);
    expect(events(world)).toEqual([]);
  });

  test('was a whole create that was done: one DEPLOY', async () => {
    const created = engine('A@1.0.0', { description: 'd' });
    const world = await cutOff([], created, 'after');
    expect(await recovered(world)).toMatchObject([{ found: 'applied' }]);
    expect(events(world)).toMatchObject([
      { action: 'DEPLOY', targetId: 'new-1', payloadHash: change(created, null).payloadHash },
    ]);
  });

  test('was a create that was not done: the plan creates it, once', async () => {
    const world = await cutOff([], update, 'before');
    expect(await recovered(world)).toMatchObject([{ found: 'absent' }]);
    expect(told(await apply(world, [update]))).toEqual(['A@1.0.0: applied']);
    expect(world.tenant.live.size).toBe(1);
  });

  test('was a create, and another engine has its identity now', async () => {
    const world = await cutOff([], update, 'before');
    world.tenant.live.set('x', liveEngine('x', 'A@1.0.0'));
    expect(await recovered(world)).toMatchObject([{ found: 'overtaken' }]);
    expect(world.ledger.entries.at(-1)).toMatchObject({
      kind: 'outcome',
      status: 'failed',
      remoteId: null,
      resultHash: null,
    });
  });

  test('was the first half of a create: it is not audited yet, and finished by the next run as one DEPLOY', async () => {
    const piped = engine('A@1.0.0', { trafficSplit: 40, ...pipeline });
    const world = await cutOff([], piped, 'after');
    const [first] = planSteps([change(piped, null)]).prepare[0] ?? [];
    expect(await recovered(world)).toMatchObject([{ found: 'applied' }]);
    expect(world.ledger.entries.at(-1)).toMatchObject({
      status: 'applied',
      resultHash: hashJson(first?.to ?? null),
      event: null,
    });
    expect(told(await apply(world, [piped]))).toEqual(['A@1.0.0: applied']);
    expect(events(world)).toMatchObject([{ action: 'DEPLOY', payloadHash: change(piped, null).payloadHash }]);
  });

  test('was the second half of a create: one DEPLOY', async () => {
    const piped = engine('A@1.0.0', { trafficSplit: 40, ...pipeline });
    const world = await cutOff([], piped, 'after', 2);
    expect(await recovered(world)).toMatchObject([{ found: 'applied' }]);
    expect(events(world)).toMatchObject([{ action: 'DEPLOY', payloadHash: change(piped, null).payloadHash }]);
    expect(world.ledger.state.unaudited).toEqual([]);
  });
});

test.each<[Fate, number]>([
  ['unclear', 5000],
  ['lost-after', 35_000],
])('a create that was %s and not listed is looked at again after %i ms', async (fate, ms) => {
  const world = openWorld([]);
  world.tenant.fates.set('POST A@1.0.0', [fate]);
  world.tenant.hidden.add('new-1');
  expect(told(await apply(world, [update]))).toEqual(['A@1.0.0: unknown (unknown)']);
  world.log.length = 0;
  world.tenant.hidden.clear();
  expect(await recovered(world)).toEqual([{ id: 'SpeechEngine/A@1.0.0', found: 'applied' }]);
  expect(world.log[0]).toBe(`sleep ${ms}`);
});

test('without an open request nothing is waited for, and nothing is read', async () => {
  const world = openWorld(live);
  expect(await recovered(world)).toEqual([]);
  expect(world.log).toEqual([]);
});

describe('where nothing can be listed', () => {
  const unlisted = ({ tenant: { writer } }: World): Partial<RecoverOptions> => ({
    writer: {
      ...writer,
      listEngines: () => Promise.resolve('unsupported'),
      listWebhooks: () => Promise.resolve('unsupported'),
    },
  });
  const person = { by: 'person', reason: null, claimed: { actor: 'ada', run: null, pullRequest: null } } as const;
  const settledAs = async (world: World, answer: string | null) => {
    const subject = world.ledger.state.openIntents[0]?.entry.seq ?? 0;
    await world.ledger.append({ kind: 'resolved', subject, answer, ...person });
    return recovered(world, unlisted(world));
  };

  test('an update is looked at by its id', async () => {
    const world = await cutOff(live, update, 'after');
    expect(await recovered(world, unlisted(world))).toEqual([{ id: 'SpeechEngine/A@1.0.0', found: 'applied' }]);
  });

  test('a create stays open, and stops the run with what to do', async () => {
    const world = await cutOff([], engine('A@1.0.0'), 'after');
    const recovering = recovered(world, unlisted(world));
    await expect(recovering).rejects.toMatchObject({
      code: 'UnknownOutcomeError',
      exitCode: 7,
      hint: expect.stringContaining('--resolve SpeechEngine/A@1.0.0=ID'),
    });
    await expect(recovering).rejects.toThrow(KnownError);
    expect(world.ledger.state.openIntents).toHaveLength(1);
  });

  test('a create is closed by the id that a person names, and audited', async () => {
    const world = await cutOff([], engine('A@1.0.0'), 'after');
    expect(await settledAs(world, 'new-1')).toEqual([{ id: 'SpeechEngine/A@1.0.0', found: 'applied' }]);
    expect(events(world)).toMatchObject([{ action: 'DEPLOY', targetId: 'new-1' }]);
  });

  test('a create that a person says is absent is closed without an audit event, and without a wait', async () => {
    const world = await cutOff([], engine('A@1.0.0'), 'before');
    expect(await settledAs(world, null)).toEqual([{ id: 'SpeechEngine/A@1.0.0', found: 'absent' }]);
    expect(world.ledger.state.openIntents).toEqual([]);
    expect(events(world)).toEqual([]);
    expect(world.log.filter((line) => line.startsWith('sleep'))).toEqual([]);
  });
});

test('a create that an interrupted run could not look for is waited for until it must be done and listed', async () => {
  const world = openWorld([], { 'POST A@1.0.0': 'lost' });
  const interrupt = new AbortController();
  world.tenant.onWrite = () => interrupt.abort();
  await apply(world, [update], { interrupt: interrupt.signal });
  await world.clock.sleep(1000);
  world.log.length = 0;
  await recovered(world);
  expect(world.log[0]).toBe('sleep 34000');
});

test('an interrupt while a request must be waited for ends the run before it closes anything', async () => {
  const world = await cutOff(live, update, 'after');
  const interrupt = AbortSignal.abort();
  await expect(recovered(world, { interrupt })).rejects.toMatchObject({ code: 'InterruptedError' });
  expect(world.ledger.state.openIntents).toHaveLength(1);
});
