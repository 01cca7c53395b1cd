import { afterEach, describe, expect, it } from 'vitest';
import { documentOf, textOf } from './documents.js';
import { engine, liveEngine, pipeline, webhook } from './manifests.js';
import { closeWorlds, openWorld, type Recorded, type World } from './world.js';

afterEach(closeWorlds);

const apply = ['apply', 'dev', '--auto-approve', '--format', 'json'];

/** `POST engines`, `PATCH engines/e1`, `POST logs DEPLOY` */
function brief({ method, path, body }: Recorded): string {
  const at = path.replace('/api/v2/', '').replace('speech/', '').replace('audit/', '');
  return [method, at, ...(at === 'logs' ? [textOf(body.action)] : [])].join(' ');
}

describe('the requests of an apply', () => {
  it('a create with a pipeline is a POST at split 0, one PATCH with pipeline and split, one audit event', async () => {
    const world = await openWorld();
    await world.write('dev/ivr.yaml', engine('IVR', { trafficSplit: 100, audioProcessingOptions: pipeline }));
    const { code, stdout, stderr } = await world.cli(...apply);
    expect([code, stderr]).toEqual([0, expect.stringContaining('create')]);
    const id = textOf(documentOf({ stdout, stderr }, 'apply').outcomes?.[0]?.remoteId);
    const writes = await world.writes();
    expect(writes.map(brief)).toEqual(['POST engines', `PATCH engines/${id}`, 'POST logs DEPLOY']);
    const [post, patch] = writes.map(({ body }) => body);
    expect(post).toMatchObject({ trafficSplit: 0, abTestingEnabled: false });
    expect(post).not.toHaveProperty('audioProcessingOptions');
    expect(patch).toEqual({ trafficSplit: 100, abTestingEnabled: true, audioProcessingOptions: pipeline });
  });

  it('a complete create is one POST and one audit event', async () => {
    const world = await openWorld();
    await world.write('dev/ivr.yaml', engine('IVR', { trafficSplit: 100 }));
    expect((await world.cli(...apply)).code).toBe(0);
    const writes = await world.writes();
    expect(writes.map(brief)).toEqual(['POST engines', 'POST logs DEPLOY']);
    expect(writes[0]?.body).toMatchObject({ trafficSplit: 100, abTestingEnabled: true });
  });

  it('an update is one PATCH of what differs and one audit event', async () => {
    const world = await openWorld({ engines: [liveEngine('e1', 'IVR', { description: 'old', trafficSplit: 100 })] });
    await world.write('dev/ivr.yaml', engine('IVR', { description: 'new', trafficSplit: 100 }));
    expect((await world.cli(...apply)).code).toBe(0);
    const writes = await world.writes();
    expect(writes.map(brief)).toEqual(['PATCH engines/e1', 'POST logs UPDATE']);
    expect(writes[0]?.body).toEqual({ description: 'new' });
  });

  it('webhooks follow the engines that they name', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', webhook('Hook', { engines: ['SpeechEngine/IVR@1.0.0'] }), engine('IVR'));
    expect((await world.cli(...apply)).code).toBe(0);
    const writes = await world.writes();
    const order = writes.map(brief).filter((text) => !text.startsWith('POST logs'));
    expect(order).toEqual(['POST engines', 'POST webhooks']);
    expect((await world.auditLogs()).map(({ eventType }) => eventType)).toEqual([
      'speech.engine.configuration',
      'webhook.configuration',
    ]);
  });

  it('a second apply sends no POST and no PATCH but for the token, and a plan is empty', async () => {
    const world = await openWorld();
    await world.write(
      'dev/all.yaml',
      engine('IVR', { trafficSplit: 60, audioProcessingOptions: pipeline }),
      engine('IVR', { version: '2.0.0', trafficSplit: 40 }),
      webhook('Hook', { engines: ['SpeechEngine/IVR@1.0.0'] }),
    );
    expect((await world.cli(...apply)).code).toBe(0);
    await world.forget();
    const second = await world.cli(...apply);
    expect([second.code, documentOf(second, 'apply').status]).toEqual([0, 'no-changes']);
    expect(await world.writes()).toEqual([]);
    expect((await world.requests()).map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
    const plan = await world.cli('plan', 'dev', '--detailed-exitcode', '--format', 'json');
    expect([plan.code, documentOf(plan, 'plan').changes]).toEqual([0, []]);
    expect((await world.cli('audit', 'verify', 'dev')).code).toBe(0);
  });
});

describe('a traffic shift from 90/10 to 50/50', () => {
  const start = { v1: 90, v2: 10 };

  async function openShift(): Promise<World> {
    const world = await openWorld({
      engines: [
        liveEngine('v1', 'IVR', { version: '1.0.0', trafficSplit: start.v1 }),
        liveEngine('v2', 'IVR', { version: '2.0.0', trafficSplit: start.v2 }),
      ],
    });
    await world.write(
      'dev/ivr.yaml',
      engine('IVR', { version: '1.0.0', trafficSplit: 50 }),
      engine('IVR', { version: '2.0.0', trafficSplit: 50 }),
    );
    return world;
  }

  /** The sum of the splits after each PATCH that was done. */
  function sums(writes: readonly Recorded[]): number[] {
    const splits = new Map<string, number>(Object.entries(start));
    return writes
      .filter(({ method, status }) => method === 'PATCH' && status === 200)
      .map(({ path, body }) => {
        splits.set(path.split('/').at(-1) ?? '', body.trafficSplit ?? Number.NaN);
        return [...splits.values()].reduce((sum, split) => sum + split, 0);
      });
  }

  it('lowers first, and the sum never passes 100', async () => {
    const world = await openShift();
    expect((await world.cli(...apply)).code).toBe(0);
    const writes = await world.writes();
    const patches = writes.filter(({ method }) => method === 'PATCH').map(brief);
    expect(patches).toEqual(['PATCH engines/v1', 'PATCH engines/v2']);
    expect(sums(writes)).toEqual([60, 100]);
    expect((await world.auditLogs()).map(({ action }) => action)).toEqual(['TRAFFIC_SPLIT', 'TRAFFIC_SPLIT']);
  });

  it('puts the lowered split back when the raise is refused, records and audits it, and exits with 7', async () => {
    const world = await openShift();
    await world.faults({ method: 'PATCH', path: '/engines/v2$', fault: 'status', status: 403 });
    const run = await world.cli(...apply);
    expect(run.code).toBe(7);
    const document = documentOf(run, 'apply');
    expect(document.status).toBe('incomplete');
    expect(document.outcomes).toMatchObject([
      { id: 'SpeechEngine/IVR@1.0.0', status: 'failed', error: { code: 'restored' } },
      { id: 'SpeechEngine/IVR@2.0.0', status: 'failed', error: { code: 'forbidden' } },
    ]);
    expect((await world.engines()).map(({ trafficSplit }) => trafficSplit)).toEqual([90, 10]);
    expect(sums(await world.writes())).toEqual([60, 100]);
    const events = await world.auditLogs();
    expect(events.map(({ action, targetId }) => [action, targetId])).toEqual([
      ['TRAFFIC_SPLIT', 'v1'],
      ['TRAFFIC_SPLIT', 'v1'],
    ]);
    expect(events[0]?.payloadHash).not.toBe(events[1]?.payloadHash);
    const steps = (await world.ledger()).filter(({ kind }) => textOf(kind) === 'intent').map(({ step }) => step);
    expect(steps).toEqual(['lower', 'raise', 'restore']);
    const verify = await world.cli('audit', 'verify', 'dev', '--format', 'json');
    expect([verify.code, documentOf(verify, 'audit-verify').status]).toEqual([0, 'clean']);
  });

  it('moves no traffic when a new version can not be created', async () => {
    const world = await openShift();
    await world.write('dev/new.yaml', engine('IVR', { version: '3.0.0', trafficSplit: 0 }));
    await world.faults({ method: 'POST', path: '/engines$', fault: 'status', status: 400 });
    const run = await world.cli(...apply);
    expect(run.code).toBe(1);
    expect((await world.engines()).map(({ trafficSplit }) => trafficSplit)).toEqual([90, 10]);
    expect(documentOf(run, 'apply').outcomes).toMatchObject([
      { id: 'SpeechEngine/IVR@1.0.0', status: 'not-attempted', error: { code: 'dependency-failed' } },
      { id: 'SpeechEngine/IVR@2.0.0', status: 'not-attempted' },
      { id: 'SpeechEngine/IVR@3.0.0', status: 'failed' },
    ]);
  });

  it('brings a new version in: POST at 0, then lower, then raise', async () => {
    const world = await openShift();
    await world.write('dev/new.yaml', engine('IVR', { version: '3.0.0', trafficSplit: 30 }));
    await world.write(
      'dev/ivr.yaml',
      engine('IVR', { version: '1.0.0', trafficSplit: 60 }),
      engine('IVR', { version: '2.0.0', trafficSplit: 10 }),
    );
    expect((await world.cli(...apply)).code).toBe(0);
    const writes = (await world.writes()).filter(({ path }) => path.includes('engines'));
    expect(writes.map(({ method, body }) => [method, body.trafficSplit])).toEqual([
      ['POST', 0],
      ['PATCH', 60],
      ['PATCH', 30],
    ]);
  });
});
