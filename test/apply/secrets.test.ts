import { describe, expect, test } from 'vitest';
import type { ApplyOptions } from '../../src/apply/apply-plan.js';
import { recover } from '../../src/apply/recover.js';
import { sealSecret } from '../../src/ledger/seal-secret.js';
import { secretDigest } from '../../src/ledger/secret-digest.js';
import { hashJson } from '../../src/model/hash.js';
import { hook, liveHook } from '../plan/sample.js';
import { apply, events, openWorld, told, type World, writes } from './run.js';
import type { Fate } from './tenant.js';

const values: Record<string, string> = {
  CXONE_WEBHOOK_A: 'the value of variable A',
  CXONE_WEBHOOK_B: 'the value of variable B',
};
const secret = (variable: string) => values[variable];
const wanted = hook('h', {
  headers: { 'X-A': { fromEnv: 'CXONE_WEBHOOK_A' }, 'X-B': { fromEnv: 'CXONE_WEBHOOK_B' } },
});
const live = liveHook('w', 'h', { headers: { 'X-A': '***', 'X-B': '***' } });

/** A live webhook as git wants it, whose X-B has another value now. */
function rotated(...fates: Fate[]): World {
  const world = openWorld([live], { 'PATCH w': fates });
  world.secretsToSend = () => [{ path: '/headers/X-B', why: 'changed' }];
  return world;
}

function salts(): Partial<ApplyOptions> {
  let made = 0;
  return { secret, sealSecret: sealSecret(() => String(made++).padStart(32, '0')) };
}

function secretsOf({ ledger }: World) {
  return ledger.entries.flatMap((entry) => (entry.kind === 'secret' ? [entry] : []));
}

describe('header values that are sent', () => {
  test('are recorded as digests, each variable with a salt of its own, once the outcome is durable', async () => {
    const world = openWorld([]);
    expect(told(await apply(world, [wanted], salts()))).toEqual(['Webhook/h: applied']);
    expect(world.log.filter((line) => !/^(AUDIT|deliver)/.test(line)).map((line) => line.split(' ')[0])).toEqual([
      'intent',
      'POST',
      'outcome',
      'secret',
      'secret',
    ]);
    const [saltA, saltB] = ['0'.repeat(32), `${'0'.repeat(31)}1`];
    expect(secretsOf(world)).toMatchObject([
      { id: 'Webhook/h', remoteId: 'new-1', header: 'X-A', salt: saltA, digest: await digest('A', saltA) },
      { id: 'Webhook/h', remoteId: 'new-1', header: 'X-B', salt: saltB, digest: await digest('B', saltB) },
    ]);
    expect(JSON.stringify(world.ledger.entries)).not.toContain('the value of');
  });

  test('share the digest of their variable, which is made once a run', async () => {
    const world = openWorld([]);
    await apply(world, [wanted, hook('other', { headers: { 'X-C': { fromEnv: 'CXONE_WEBHOOK_A' } } })], salts());
    const made = secretsOf(world);
    expect(made).toHaveLength(3);
    expect(new Set(made.map(({ salt }) => salt)).size).toBe(2);
  });

  test('are not recorded where the write failed, or nobody knows', async () => {
    for (const fate of ['lost', { status: 400, code: 'invalid' }] as const) {
      const world = rotated(fate, fate);
      await apply(world, [wanted], salts());
      expect(secretsOf(world)).toEqual([]);
    }
  });

  test('end the run where their digests can not be written', async () => {
    const world = rotated();
    world.ledger.room = 2;
    const result = await apply(world, [wanted], salts());
    expect(result.fatal?.code).toBe('LedgerError');
  });

  test.each(['short', 'with a\nline break in it'])('are refused before anything leaves: %j', async (value) => {
    const world = openWorld([]);
    const result = await apply(world, [wanted], { ...salts(), secret: () => value });
    expect(result.progress[0]?.error?.message).toMatch(
      /^Webhook\/h: header X-A has no value, because the value of CXONE_/,
    );
    expect(JSON.stringify(result.progress[0]?.error)).not.toContain(value);
    expect(world.log).toEqual([]);
  });
});

describe('a new header value alone', () => {
  test('is one PATCH with all header values and nothing else, and one audit event', async () => {
    const world = rotated();
    expect(told(await apply(world, [wanted], salts()))).toEqual(['Webhook/h: applied']);
    expect(world.log.filter((line) => line.startsWith('PATCH'))).toEqual([
      'PATCH w {"headers":{"X-A":"the value of variable A","X-B":"the value of variable B"}}',
    ]);
    expect(events(world)).toMatchObject([{ action: 'UPDATE', targetId: 'w', eventType: 'webhook.configuration' }]);
    expect(secretsOf(world)).toHaveLength(2);
    expect(world.ledger.state.unaudited).toEqual([]);
  });

  test('has an intent that no value can be guessed from', async () => {
    const world = rotated();
    await apply(world, [wanted], salts());
    const [, intent] = world.ledger.entries;
    expect(intent).toMatchObject({ bodyHash: hashJson({ headers: { 'X-A': null, 'X-B': null } }) });
  });

  test('is sent with what else changes, in one request', async () => {
    const world = rotated();
    await apply(world, [{ ...wanted, spec: { ...wanted.spec, callbackUrl: 'https://new.example.com' } }], salts());
    expect(writes(world)).toHaveLength(1);
    expect(world.log.find((line) => line.startsWith('PATCH'))).toContain('"callbackUrl":"https://new.example.com/"');
    expect(events(world)).toHaveLength(1);
  });

  test('is sent once more when no answer came: no look can tell whether it arrived', async () => {
    const world = rotated('lost-after');
    expect(told(await apply(world, [wanted], salts()))).toEqual(['Webhook/h: applied']);
    expect(writes(world)).toHaveLength(2);
    expect(events(world)).toHaveLength(1);
  });

  test('is unknown, and not called applied, when no answer came twice', async () => {
    const world = rotated('lost-after', 'lost-after');
    expect(told(await apply(world, [wanted], salts()))).toEqual(['Webhook/h: unknown (unknown)']);
    expect(writes(world)).toHaveLength(2);
    expect(events(world)).toEqual([]);
    expect(world.ledger.state.openIntents).toHaveLength(1);
  });

  test('that a run did not live to record is nobody’s to call done: it is sent again, and audited once', async () => {
    const world = rotated();
    world.ledger.room = 1;
    expect((await apply(world, [wanted], salts())).fatal?.code).toBe('LedgerError');
    world.ledger.room = Number.POSITIVE_INFINITY;

    const lags = { timeoutMs: 30_000, listLagMs: 5000 };
    const { ledger, clock, tenant } = world;
    const interrupt = new AbortController().signal;
    const found = await recover({
      ledger,
      clock,
      writer: tenant.writer,
      ...lags,
      interrupt,
      liveNames: () => new Map(),
    });
    expect(found).toEqual([{ id: 'Webhook/h', found: 'unseen' }]);
    expect([events(world), ledger.state.openIntents]).toEqual([[], []]);

    expect(told(await apply(world, [wanted], salts()))).toEqual(['Webhook/h: applied']);
    expect(events(world)).toHaveLength(1);
  });
});

function digest(variable: 'A' | 'B', salt: string): Promise<string> {
  return secretDigest(values[`CXONE_WEBHOOK_${variable}`] ?? '', salt);
}
