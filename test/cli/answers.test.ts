import { afterAll, describe, expect, it } from 'vitest';
import { documentOf, textOf } from './documents.js';
import { engine, liveEngine, pipeline, webhook } from './manifests.js';
import { closeWorlds, openWorld, until, type World, type WorldOptions } from './world.js';

// Most of these wait for something, so they wait together.
afterAll(closeWorlds);

const apply = ['apply', 'dev', '--auto-approve', '--format', 'json', '--timeout', '2'];
const uuid = '[0-9a-f]{8}-[0-9a-f-]{27}';

describe.concurrent('429', () => {
  it('on any call is waited out, with Retry-After and without', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 100, audioProcessingOptions: pipeline }));
    await world.write('dev/b.yaml', webhook('Hook'));
    const limited = { fault: 'status', status: 429, times: 1, headers: { 'Retry-After': '0' } };
    await world.faults(
      { ...limited, method: 'POST', path: '/oauth/token$' },
      { ...limited, method: 'GET', path: '/engines\\?', headers: { 'Retry-After': '1' } },
      { ...limited, method: 'GET', path: '/webhooks\\?', headers: {} },
      { ...limited, method: 'POST', path: '/engines$' },
      { ...limited, method: 'PATCH', path: '/engines/' },
      { ...limited, method: 'POST', path: '/webhooks$' },
      { ...limited, method: 'POST', path: '/audit/logs$' },
    );
    const run = await world.cli(...apply);
    expect(run.code).toBe(0);
    expect(documentOf(run, 'apply').requests).toMatchObject({ rateLimited: 7, retried: 7 });
    expect(run.stderr).toMatch(/waiting \d+\.\d s \(rate limit\): 1 request\n/);
    expect([(await world.engines()).length, (await world.auditLogs()).length]).toEqual([1, 2]);
  });

  it('of a real rate limit is waited out too', async () => {
    // A bucket of one request, refilled twice a second.
    const world = await openWorld({ rateLimitPerMinute: 120, assume: ['retry-after=off'] });
    const run = await world.cli('plan', 'dev', '--detailed-exitcode');
    expect([run.code, run.stderr]).toEqual([0, '']);
  });
});

describe.concurrent('401', () => {
  it('in mid-run renews the token once', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 100, audioProcessingOptions: pipeline }));
    await world.faults({ method: 'PATCH', fault: 'expire-token', times: 1 });
    expect((await world.cli(...apply)).code).toBe(0);
    const tokens = (await world.requests()).filter(({ path }) => path === '/oauth/token');
    expect(tokens).toHaveLength(2);
    expect(await world.auditLogs()).toHaveLength(1);
  });

  it('that a new token does not help ends with 4 and names the scope', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    const env = { CXONE_CLIENT_ID: 'ci.without:speech:engine:write' };
    const run = await world.cliWith({ env }, ...apply);
    expect(run.code).toBe(4);
    expect(documentOf(run, 'apply').outcomes).toMatchObject([{ status: 'failed', error: { code: 'unauthorized' } }]);
    const { message } = documentOf(run, 'apply').outcomes?.[0]?.error ?? {};
    expect(textOf(message)).toMatch(/SpeechEngine\/IVR@1\.0\.0 .*lacks the scope speech:engine:write.*Correlation id/);
  });
});

describe.concurrent('403', () => {
  const high = { acousticFeatureExtraction: 'high_decibel' };

  /** An organisation without that licence whose catalogue does not tell: only the POST finds out. */
  async function openStandard(): Promise<World> {
    const world = await openWorld({ tier: 'standard' });
    const model = { id: 'us-en-acoustic-model-v4', name: 'M', locale: 'en-US', tier: 'standard', features: [] };
    await world.control('PUT', 'state', { models: [{ ...model, status: 'active' }] });
    return world;
  }

  it('with nothing written ends with 4 and names engine, place, reason, tier and correlation id', async () => {
    const world = await openStandard();
    await world.write('dev/a.yaml', engine('IVR', high));
    const run = await world.cli(...apply);
    expect(run.code).toBe(4);
    const { message } = documentOf(run, 'apply').outcomes?.[0]?.error ?? {};
    expect(textOf(message)).toMatch(
      new RegExp(
        `^SpeechEngine/IVR@1\\.0\\.0 \\(environments/dev/a\\.yaml:11:34\\): POST answered 403: .*tier standard.*high_decibel.*premium.* Correlation id ${uuid}$`,
      ),
    );
    expect(run.stderr).toContain('tier standard');
  });

  it('after something was written ends with 7', async () => {
    const world = await openStandard();
    await world.write('dev/a.yaml', engine('A'), engine('B', high));
    const run = await world.cli(...apply);
    expect(run.code).toBe(7);
    expect(documentOf(run, 'apply').outcomes).toMatchObject([{ status: 'applied' }, { status: 'failed' }]);
    expect(await world.auditLogs()).toHaveLength(1);
  });

  it('on a listing ends with 4 and names scope and correlation id', async () => {
    const world = await openWorld();
    await world.faults({ method: 'GET', path: '/engines', fault: 'status', status: 403 });
    const run = await world.cli('plan', 'dev', '--format', 'json');
    expect(run.code).toBe(4);
    const { error } = documentOf(run, 'error');
    expect(textOf(error?.message)).toMatch(new RegExp(`answered 403: .*Correlation id ${uuid}$`));
    expect(error?.hint).toContain('speech:engine:read');
  });
});

describe.concurrent('a POST whose answer is lost', () => {
  async function loseAnswer(fault: string, options: WorldOptions = {}) {
    const world = await openWorld({ environment: { listLag: 'PT0.2S' }, ...options });
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 100 }));
    await world.faults({ method: 'POST', path: '/engines$', times: 1, fault });
    return world;
  }

  it('but that was done is adopted in the same run: one engine, one audit event', async () => {
    const world = await loseAnswer('reset-after', { assume: ['list-lag=2.1'] });
    const run = await world.cli(...apply);
    expect([run.code, documentOf(run, 'apply').status]).toEqual([0, 'applied']);
    expect([(await world.engines()).length, (await world.auditLogs()).length]).toEqual([1, 1]);
    expect((await world.writes()).filter(({ path }) => path.endsWith('/engines'))).toHaveLength(1);
    expect((await world.cli('audit', 'verify', 'dev')).code).toBe(0);
  });

  it('and that was not done is unknown and never repeated; the next run creates it', async () => {
    const world = await loseAnswer('reset-before');
    const first = await world.cli(...apply);
    expect(first.code).toBe(7);
    expect(documentOf(first, 'apply').outcomes).toMatchObject([{ status: 'unknown', remoteId: null }]);
    expect(await world.engines()).toEqual([]);
    expect(await world.writes()).toHaveLength(1);

    const second = await world.cli(...apply);
    expect(second.code).toBe(0);
    expect(second.stderr).toContain('an earlier run was cut off at SpeechEngine/IVR@1.0.0: its request was not done');
    expect([(await world.engines()).length, (await world.auditLogs()).length]).toEqual([1, 1]);
    expect((await world.cli('audit', 'verify', 'dev')).code).toBe(0);
  });

  it('and where another engine of the identity appeared is stale, and that one stays as it is', async () => {
    const world = await loseAnswer('reset-before');
    const started = world.start(...apply);
    // It waits two seconds for the request to be over; meanwhile someone else creates the engine.
    await until(async () => (await world.writes()).length > 0);
    await world.control('PUT', 'state', { engines: [liveEngine('other', 'IVR', { description: 'not ours' })] });
    const run = await started.ended;
    expect(documentOf(run, 'apply').outcomes).toMatchObject([{ status: 'failed', error: { code: 'stale' } }]);
    expect(await world.engines()).toMatchObject([{ speechEngineId: 'other', description: 'not ours' }]);
    expect(await world.auditLogs()).toEqual([]);
  });
});

describe.concurrent('a POST that is answered 409', () => {
  async function answer409(found: object) {
    const world = await openWorld({ environment: { listLag: 'PT0.5S' } });
    await world.write('dev/a.yaml', engine('IVR'));
    await world.faults({ method: 'POST', path: '/engines$', times: 1, fault: 'status', status: 409 });
    const started = world.start(...apply);
    // The engine that the answer speaks of is listed later only.
    await until(async () => (await world.writes()).length > 0);
    await world.control('PUT', 'state', { engines: [found] });
    return { world, run: await started.ended };
  }

  it('finds the engine of its identity: with the wanted state it is adopted, and left to be audited by whoever created it', async () => {
    const { world, run } = await answer409(liveEngine('e1', 'IVR'));
    expect([run.code, documentOf(run, 'apply').outcomes]).toMatchObject([
      0,
      [{ status: 'already-applied', remoteId: 'e1' }],
    ]);
    expect((await world.auditLogs()).map(({ action }) => action)).toEqual([]);
  });

  it('and another state is stale: not touched, not audited', async () => {
    const { world, run } = await answer409(liveEngine('e1', 'IVR', { description: 'not ours' }));
    expect([run.code, documentOf(run, 'apply').outcomes]).toMatchObject([6, [{ error: { code: 'stale' } }]]);
    expect((await world.writes()).map(({ method }) => method)).toEqual(['POST']);
    expect(await world.auditLogs()).toEqual([]);
  });
});

describe.concurrent('an engine that was created a moment ago', () => {
  it('and is not listed yet is not created again, even where CXone would take it', async () => {
    const world = await openWorld({ assume: ['list-lag=1.2', 'unique=off'], environment: { listLag: 'PT1.4S' } });
    await world.write('dev/a.yaml', engine('IVR'));
    expect((await world.cli(...apply)).code).toBe(0);
    const again = await world.cli(...apply);
    expect([again.code, documentOf(again, 'apply').status]).toEqual([0, 'no-changes']);
    expect([(await world.engines()).length, (await world.auditLogs()).length]).toEqual([1, 1]);
  });

  it('by a runner whose ledger is gone is not created again', async () => {
    const world = await openWorld({ assume: ['list-lag=1.2', 'unique=off'], environment: { listLag: 'PT1.4S' } });
    await world.write('dev/a.yaml', engine('IVR'));
    expect((await world.cli(...apply)).code).toBe(0);
    const again = await world.cli(...apply, '--ledger', 'another');
    expect([again.code, documentOf(again, 'apply').status]).toEqual([0, 'no-changes']);
    expect(await world.engines()).toHaveLength(1);
  });
});

describe.concurrent('a PATCH whose answer is lost', () => {
  it.each(['reset-after', 'reset-before'])('(%s) ends in the wanted state with one audit event', async (fault) => {
    const world = await openWorld({ engines: [liveEngine('e1', 'IVR')] });
    await world.write('dev/a.yaml', engine('IVR', { description: 'new' }));
    await world.faults({ method: 'PATCH', times: 1, fault });
    expect((await world.cli(...apply)).code).toBe(0);
    expect(await world.engines()).toMatchObject([{ description: 'new' }]);
    expect((await world.auditLogs()).map(({ action }) => action)).toEqual(['UPDATE']);
    const patches = (await world.writes()).filter(({ method }) => method === 'PATCH');
    expect(patches).toHaveLength(fault === 'reset-after' ? 1 : 2);
  });

  it('and that someone else overtook is stale, and no audit event speaks of what they did', async () => {
    const world = await openWorld({ engines: [liveEngine('e1', 'IVR')] });
    await world.write('dev/a.yaml', engine('IVR', { description: 'new' }));
    await world.faults({ method: 'PATCH', times: 1, fault: 'hang' });
    const started = world.start(...apply);
    await until(async () => (await world.writes()).length > 0);
    await world.control('PATCH', 'engines/e1', { description: 'someone else' });
    const run = await started.ended;
    expect(documentOf(run, 'apply').outcomes).toMatchObject([{ status: 'failed', error: { code: 'stale' } }]);
    expect(await world.engines()).toMatchObject([{ description: 'someone else' }]);
    expect(await world.auditLogs()).toEqual([]);
  });
});

describe.concurrent('an engine that was changed since the plan was made', () => {
  it.each(['on', 'off'])('(etag=%s) is stale and not overwritten', async (etag) => {
    const world = await openWorld({
      assume: [`etag=${etag}`],
      engines: [liveEngine('a', 'A'), liveEngine('b', 'B')],
    });
    await world.write('dev/a.yaml', engine('A', { description: 'new' }), engine('B', { description: 'new' }));
    // The first PATCH is held up; until it is answered, the second engine is changed by someone else.
    await world.faults({ method: 'PATCH', path: '/engines/a$', fault: 'hang', times: 1 });
    const started = world.start(...apply, '--concurrency', '1');
    await until(async () => (await world.writes()).length > 0);
    await world.control('PATCH', 'engines/b', { description: 'someone else' });
    const run = await started.ended;
    expect(run.code).toBe(7);
    expect(documentOf(run, 'apply').outcomes).toMatchObject([
      { status: 'applied' },
      { status: 'failed', error: { code: 'stale' } },
    ]);
    expect(await world.engines()).toMatchObject([{ description: 'new' }, { description: 'someone else' }]);
  });
});
