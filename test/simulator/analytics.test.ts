import { afterEach, describe, expect, it } from 'vitest';
import { create, type Harness, start, stopAll } from './harness.js';

afterEach(stopAll);

const PATH = '/api/v2/analytics/speech/details/query';

function query(id: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    where: `speechEngineId = "${id}"`,
    groupBy: ['speechEngineId', 'recognitionStatus'],
    interval: 'PT1H',
    metrics: ['recognitionErrorRate'],
    from: '2026-01-31T10:00:00Z',
    to: '2026-01-31T11:30:00Z',
    ...changes,
  };
}

async function recognize(harness: Harness, speechEngineId: string, at: string, counts: object) {
  const answer = await harness.call('POST', '/_simulator/recognitions', { speechEngineId, at, counts });
  expect(answer.status).toBe(201);
}

describe('analytics', () => {
  it('count the recognitions of each status, interval by interval, from inclusive and to exclusive', async () => {
    const harness = await start();
    const id = await create(harness);
    const other = await create(harness, { version: '2.0.0' });
    await recognize(harness, id, '2026-01-31T09:59:59Z', { recognized: 1000 });
    await recognize(harness, id, '2026-01-31T10:00:00Z', { recognized: 90, noMatch: 4 });
    await recognize(harness, id, '2026-01-31T10:30:00Z', { recognized: 5 });
    await recognize(harness, id, '2026-01-31T11:00:00Z', { noMatch: 6 });
    await recognize(harness, id, '2026-01-31T11:30:00Z', { recognized: 1000 });
    await recognize(harness, other, '2026-01-31T10:00:00Z', { recognized: 1000 });
    const answer = await harness.call('POST', PATH, query(id));
    const data = (hour: string, end: string, count: number, sum: number) => ({
      interval: `2026-01-31T${hour}:00.000Z/2026-01-31T${end}:00.000Z`,
      metrics: [{ metric: 'recognitionErrorRate', stats: { count, sum } }],
    });
    expect(answer.json).toEqual({
      results: [
        { group: { speechEngineId: id, recognitionStatus: 'recognized' }, data: [data('10:00', '11:00', 95, 0)] },
        {
          group: { speechEngineId: id, recognitionStatus: 'noMatch' },
          data: [data('10:00', '11:00', 4, 4), data('11:00', '11:30', 6, 6)],
        },
      ],
    });
  });

  it('group by the engine alone when asked to', async () => {
    const harness = await start();
    const id = await create(harness);
    await recognize(harness, id, '2026-01-31T10:00:00Z', { recognized: 9, noInput: 1 });
    const answer = await harness.call('POST', PATH, query(id, { groupBy: ['speechEngineId'] }));
    expect(answer.json.results?.[0]).toMatchObject({
      group: { speechEngineId: id },
      data: [{ metrics: [{ stats: { count: 10, sum: 1 } }] }],
    });
  });

  it.each([
    ['where', { where: 'version = "1"' }],
    ['groupBy', { groupBy: ['version'] }],
    ['metrics', { metrics: [] }],
    ['interval', { interval: 'hourly' }],
    ['interval', { interval: 'PT1S', from: '2025-01-31T10:00:00Z' }],
    ['from', { from: undefined }],
    ['to', { to: '2026-01-31T10:00:00Z' }],
    ['limit', { limit: 5 }],
  ])('refuse a wrong %s (%j)', async (field, changes) => {
    const harness = await start();
    const answer = await harness.call('POST', PATH, query('e1', changes));
    expect([answer.status, answer.json.details?.[0]?.field]).toEqual([400, field]);
  });
});

describe('POST /_simulator/recognitions', () => {
  it('takes the time of the simulator by default', async () => {
    const harness = await start();
    const speechEngineId = await create(harness);
    const answer = await harness.call('POST', '/_simulator/recognitions', { speechEngineId, counts: { noMatch: 1 } });
    expect(answer.json).toMatchObject({ at: '2026-01-31T12:00:00.000Z', counts: { recognized: 0, noMatch: 1 } });
  });

  it('refuses unknown engines, statuses and counts', async () => {
    const harness = await start();
    const speechEngineId = await create(harness);
    const post = async (body: object) => (await harness.call('POST', '/_simulator/recognitions', body)).status;
    expect(await post({ speechEngineId: 'nobody', counts: {} })).toBe(404);
    expect(await post({ speechEngineId, counts: { misheard: 1 } })).toBe(400);
    expect(await post({ speechEngineId, counts: { noMatch: -1 } })).toBe(400);
    expect(await post({ speechEngineId, counts: 3 })).toBe(400);
  });
});
