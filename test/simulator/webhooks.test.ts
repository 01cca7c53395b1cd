import { afterEach, describe, expect, it } from 'vitest';
import { create, type Harness, start, stopAll, textOf } from './harness.js';

afterEach(stopAll);

const PATH = '/api/v2/webhooks';

const BODY = {
  name: 'QA Platform Sync',
  callbackUrl: 'https://qa.example.com/webhooks/cxone',
  filter: { eventTypes: ['speechEngineUpdated'], speechEngineIds: [] },
  headers: { 'X-QA-Signature': 'webhook-verification-token' },
  retryPolicy: { maxRetries: 3, retryIntervalMs: 5000 },
};

async function createWebhook(harness: Harness): Promise<string> {
  const answer = await harness.call('POST', PATH, BODY);
  expect(answer.status).toBe(201);
  return textOf(answer.json.webhookId);
}

describe('webhooks', () => {
  it('are created, listed and patched, header values redacted in every answer', async () => {
    const harness = await start();
    const created = await harness.call('POST', PATH, BODY);
    const id = textOf(created.json.webhookId);
    const redacted = { ...BODY, headers: { 'X-QA-Signature': '***' } };
    expect(created.json).toMatchObject({ ...redacted, webhookId: id });
    const patched = await harness.call('PATCH', `${PATH}/${id}`, { headers: { 'X-More': 'another-secret' } });
    expect(patched.json.headers).toEqual({ 'X-QA-Signature': '***', 'X-More': '***' });
    const listed = await harness.call('GET', PATH);
    expect(listed.json.entities).toEqual([patched.json]);
    for (const answer of [created, patched, listed]) expect(answer.text).not.toMatch(/token|another-secret/);
  });

  it('lose a header by null, and all others by a shallow patch', async () => {
    for (const [mode, left] of [
      ['deep', ['X-QA-Signature', 'B']],
      ['shallow', ['B']],
    ] as const) {
      const harness = await start({ assume: [`patch=${mode}`] });
      const id = await createWebhook(harness);
      const answer = await harness.call('PATCH', `${PATH}/${id}`, { headers: { A: null, B: 'b' } });
      expect(Object.keys(Object(answer.json.headers))).toEqual(left);
    }
  });

  it('have their header values kept as digests only, in the state and in the request log', async () => {
    const harness = await start();
    const id = await createWebhook(harness);
    const state = await harness.call('GET', '/_simulator/state');
    const digest = state.json.webhooks?.[0]?.headers?.['X-QA-Signature'];
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    await harness.call('PATCH', `${PATH}/${id}`, { headers: { 'X-QA-Signature': 'rotated-verification-token' } });
    const later = await harness.call('GET', '/_simulator/state');
    expect(later.json.webhooks?.[0]?.headers?.['X-QA-Signature']).not.toBe(digest);
    const log = await harness.call('GET', '/_simulator/requests');
    for (const { text } of [state, later, log]) expect(text).not.toContain('verification-token');
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ callbackUrl: 'http://qa.example.com' }, 'callbackUrl'],
    [{ callbackUrl: 'qa' }, 'callbackUrl'],
    [{ filter: null }, 'filter'],
    [{ filter: { eventTypes: [] } }, 'filter.eventTypes'],
    [{ filter: { eventTypes: ['everything'] } }, 'filter.eventTypes'],
    [{ filter: { eventTypes: ['speechEngineUpdated'], speechEngineIds: ['nobody'] } }, 'filter.speechEngineIds'],
    [{ headers: { 'bad name': 'x' } }, 'headers.bad name'],
    [{ headers: { X: 'a\r\nb' } }, 'headers.X'],
    [{ headers: { X: 1 } }, 'headers.X'],
    [{ retryPolicy: { maxRetries: -1 } }, 'retryPolicy.maxRetries'],
    [{ retryPolicy: { backoff: 1 } }, 'retryPolicy.backoff'],
    [{ secret: 1 }, 'secret'],
  ])('are refused with %j, on POST and on PATCH', async (changes, field) => {
    const harness = await start();
    const posted = await harness.call('POST', PATH, { ...BODY, ...changes });
    expect([posted.status, posted.json.details?.[0]?.field]).toEqual([400, field]);
    const id = await createWebhook(harness);
    const patched = await harness.call('PATCH', `${PATH}/${id}`, changes);
    expect([patched.status, patched.json.details?.[0]?.field]).toEqual([400, field]);
  });

  it('may name engines that there are', async () => {
    const harness = await start();
    const filter = { eventTypes: ['speechEngineTrafficSplit'], speechEngineIds: [await create(harness)] };
    expect((await harness.call('POST', PATH, { ...BODY, filter })).json.filter).toEqual(filter);
  });

  it('have unique names, a rename included', async () => {
    const harness = await start();
    await createWebhook(harness);
    expect((await harness.call('POST', PATH, BODY)).status).toBe(409);
    const other = await harness.call('POST', PATH, { ...BODY, name: 'Other' });
    const path = `${PATH}/${textOf(other.json.webhookId)}`;
    expect((await harness.call('PATCH', path, { name: BODY.name })).status).toBe(409);
    expect((await harness.call('PATCH', path, { name: 'Third' })).status).toBe(200);
    expect((await harness.call('POST', PATH, { ...BODY, name: 'Other' })).status).toBe(201);
  });

  it('are 404 when unknown, and can not be read singly', async () => {
    const harness = await start();
    expect((await harness.call('PATCH', `${PATH}/nobody`, {})).status).toBe(404);
    expect((await harness.call('GET', `${PATH}/nobody`)).status).toBe(405);
  });
});
