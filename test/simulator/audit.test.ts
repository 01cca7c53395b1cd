import { afterEach, describe, expect, it } from 'vitest';
import { type Harness, start, stopAll, textOf } from './harness.js';

afterEach(stopAll);

const PATH = '/api/v2/audit/logs';

const EVENT = {
  source: 'AutomatedConfigurator',
  eventType: 'speech.engine.configuration',
  targetId: 'engine-1',
  action: 'DEPLOY',
  payloadHash: 'ab'.repeat(32),
  timestamp: '2026-01-31T12:00:00Z',
};

async function listed(harness: Harness, query = ''): Promise<unknown[]> {
  const { entities } = (await harness.call('GET', `${PATH}${query}`)).json;
  if (!Array.isArray(entities)) throw new Error('no list');
  return entities.map((entry) => entry.timestamp);
}

describe('audit logs', () => {
  it('take exactly the six members and answer the id of the entry', async () => {
    const harness = await start();
    const answer = await harness.call('POST', PATH, EVENT);
    expect(answer.status).toBe(201);
    const list = await harness.call('GET', PATH);
    expect(list.json.entities).toEqual([
      { logId: answer.json.logId, ...EVENT, receivedAt: '2026-01-31T12:00:00.000Z' },
    ]);
  });

  it.each([
    ...Object.keys(EVENT).map((name): [string, object] => [name, { [name]: undefined }]),
    ['actor', { actor: 'me' }],
    ['eventType', { eventType: 'speech.engine.removal' }],
    ['targetId', { targetId: '../x' }],
    ['action', { action: 'DELETE' }],
    ['payloadHash', { payloadHash: 'AB'.repeat(32) }],
    ['payloadHash', { payloadHash: 'ab' }],
    ['timestamp', { timestamp: 'yesterday' }],
    ['timestamp', { timestamp: '2026-13-31T12:00:00Z' }],
    ['timestamp', { timestamp: '2026-01-31' }],
  ] as [string, object][])('refuse a wrong %s (%j)', async (field, changes) => {
    const harness = await start();
    const answer = await harness.call('POST', PATH, { ...EVENT, ...changes });
    expect([answer.status, answer.json.details?.[0]?.field]).toEqual([400, field]);
    expect(await listed(harness)).toEqual([]);
  });

  it('filter by target and by time, both ends included, page by page', async () => {
    const harness = await start();
    const times = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'];
    for (const timestamp of times) await harness.call('POST', PATH, { ...EVENT, timestamp });
    await harness.call('POST', PATH, { ...EVENT, targetId: 'engine-2' });
    expect(await listed(harness, '?targetId=engine-1')).toEqual(times);
    expect(await listed(harness, `?targetId=engine-1&from=${times[1]}`)).toEqual(times.slice(1));
    expect(await listed(harness, `?from=${times[0]}&to=${times[1]}`)).toEqual(times.slice(0, 2));
    expect((await harness.call('GET', `${PATH}?from=yesterday`)).status).toBe(400);
    const first = await harness.call('GET', `${PATH}?targetId=engine-1&pageSize=2`);
    const token = textOf(first.json.nextPageToken);
    expect(await listed(harness, `?targetId=engine-1&pageToken=${token}`)).toEqual(times.slice(2));
    expect((await harness.call('GET', `${PATH}?targetId=engine-2&pageToken=${token}`)).status).toBe(400);
  });

  it('can not be changed or removed', async () => {
    const harness = await start();
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      expect((await harness.call(method, PATH, EVENT)).status).toBe(405);
    }
  });

  it('can not be read with audit-get=off', async () => {
    const harness = await start({ assume: ['audit-get=off'] });
    expect((await harness.call('POST', PATH, EVENT)).status).toBe(201);
    expect((await harness.call('GET', PATH)).status).toBe(405);
  });

  it('miss a new entry for audit-lag seconds', async () => {
    const harness = await start({ assume: ['audit-lag=3'] });
    await harness.call('POST', PATH, EVENT);
    harness.time.now += 2999;
    expect(await listed(harness)).toEqual([]);
    harness.time.now += 1;
    expect(await listed(harness)).toEqual([EVENT.timestamp]);
  });
});
