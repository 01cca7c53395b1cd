import { afterEach, describe, expect, it } from 'vitest';
import { type Answer, create, engineBody, type Harness, start, stopAll, textOf } from './harness.js';

afterEach(stopAll);

const ENGINES = '/api/v2/speech/engines';

function rows(answer: Answer): Answer['json'][] {
  const { entities } = answer.json;
  if (!Array.isArray(entities)) throw new Error(answer.text);
  return entities;
}

async function names(harness: Harness, query = ''): Promise<string[]> {
  return rows(await harness.call('GET', `${ENGINES}${query}`)).map((row) => textOf(row.name));
}

describe('lists', () => {
  it('hold a page of 50 by default and end with a null token', async () => {
    const harness = await start();
    const engines = Array.from({ length: 120 }, (_, at) => ({
      speechEngineId: `e${at}`,
      name: `E${at}`,
      version: '1.0.0',
      acousticModelId: 'us-en-acoustic-model-v4',
      languageProfileId: 'us-en-language-profile',
    }));
    await harness.call('PUT', '/_simulator/state', { engines });
    const seen: unknown[] = [];
    const sizes: number[] = [];
    let query = '';
    for (;;) {
      const answer = await harness.call('GET', `${ENGINES}${query}`);
      sizes.push(rows(answer).length);
      seen.push(...rows(answer).map((row) => row.speechEngineId));
      if (answer.json.nextPageToken === null) break;
      query = `?pageToken=${textOf(answer.json.nextPageToken)}`;
    }
    expect(sizes).toEqual([50, 50, 20]);
    expect(seen).toEqual(engines.map(({ speechEngineId }) => speechEngineId));
  });

  it('end with a null token when the last page is full', async () => {
    const harness = await start();
    for (const name of ['A', 'B']) await create(harness, { name });
    const answer = await harness.call('GET', `${ENGINES}?pageSize=2`);
    expect([rows(answer).length, answer.json.nextPageToken]).toEqual([2, null]);
  });

  it.each(['0', '101', '-1', 'many', '1.5', ''])('refuse the pageSize %j', async (pageSize) => {
    const harness = await start();
    const answer = await harness.call('GET', `${ENGINES}?pageSize=${pageSize}`);
    expect([answer.status, answer.json.details?.[0]?.field]).toEqual([400, 'pageSize']);
  });

  it('take a token only for the listing that gave it', async () => {
    const harness = await start();
    for (const name of ['A', 'B']) await create(harness, { name });
    const token = textOf((await harness.call('GET', `${ENGINES}?pageSize=1`)).json.nextPageToken);
    expect(await names(harness, `?pageToken=${token}`)).toEqual(['B']);
    for (const target of ['/api/v2/speech/models?', `${ENGINES}?name=A&`, '/api/v2/webhooks?']) {
      const answer = await harness.call('GET', `${target}pageToken=${token}`);
      expect([answer.status, answer.json.details?.[0]?.code]).toEqual([400, 'invalid_page_token']);
    }
    expect((await harness.call('GET', `${ENGINES}?pageToken=x${token}`)).status).toBe(400);
  });

  it('take a token no longer than page-token-ttl seconds', async () => {
    const harness = await start({ assume: ['page-token-ttl=10'] });
    for (const name of ['A', 'B']) await create(harness, { name });
    const token = textOf((await harness.call('GET', `${ENGINES}?pageSize=1`)).json.nextPageToken);
    harness.time.now += 10_000;
    expect((await harness.call('GET', `${ENGINES}?pageToken=${token}`)).status).toBe(200);
    harness.time.now += 1;
    const late = await harness.call('GET', `${ENGINES}?pageToken=${token}`);
    expect([late.status, late.json.details?.[0]?.code]).toEqual([400, 'expired_page_token']);
  });

  it('filter engines by their exact name, page by page', async () => {
    const harness = await start();
    await create(harness, { name: 'A' });
    await create(harness, { name: 'B' });
    await create(harness, { name: 'A', version: '2.0.0' });
    expect(await names(harness, '?name=A')).toEqual(['A', 'A']);
    expect(await names(harness, '?name=a')).toEqual([]);
    const first = await harness.call('GET', `${ENGINES}?name=A&pageSize=1`);
    const second = await harness.call(
      'GET',
      `${ENGINES}?name=A&pageSize=1&pageToken=${textOf(first.json.nextPageToken)}`,
    );
    expect([rows(first)[0]?.version, rows(second)[0]?.version]).toEqual(['1.0.0', '2.0.0']);
    expect(second.json.nextPageToken).toBeNull();
  });

  it('miss a created engine for list-lag seconds, while a GET by its id has it', async () => {
    const harness = await start({ assume: ['list-lag=5'] });
    const id = await create(harness, { name: 'A' });
    expect(await names(harness)).toEqual([]);
    expect((await harness.call('GET', `${ENGINES}/${id}`)).status).toBe(200);
    harness.time.now += 4999;
    expect(await names(harness, '?name=A')).toEqual([]);
    harness.time.now += 1;
    expect(await names(harness)).toEqual(['A']);
  });

  it('show an engine as it was update-lag seconds ago, with its ETag, while a GET by its id shows it as it is', async () => {
    const harness = await start({ assume: ['update-lag=5'] });
    const id = await create(harness, { name: 'A' });
    const first = rows(await harness.call('GET', ENGINES))[0];
    harness.time.now += 2000;
    const second = (await harness.call('PATCH', `${ENGINES}/${id}`, { description: 'second' })).json;
    harness.time.now += 2000;
    await harness.call('PATCH', `/_simulator/engines/${id}`, { description: 'third', name: 'B' });
    expect((await harness.call('GET', `${ENGINES}/${id}`)).json).toMatchObject({ description: 'third' });
    expect(rows(await harness.call('GET', ENGINES))).toEqual([first]);
    expect(await names(harness, '?name=A')).toEqual(['A']);
    harness.time.now += 2999;
    expect(rows(await harness.call('GET', ENGINES))).toEqual([first]);
    harness.time.now += 1;
    expect(rows(await harness.call('GET', ENGINES))).toEqual([second]);
    harness.time.now += 2000;
    expect(rows(await harness.call('GET', ENGINES))).toMatchObject([{ description: 'third', name: 'B' }]);
  });

  it('show a webhook as it was update-lag seconds ago', async () => {
    const harness = await start({ assume: ['update-lag=5'] });
    const body = { name: 'W', callbackUrl: 'https://a.example', filter: { eventTypes: ['speechEngineUpdated'] } };
    const id = textOf((await harness.call('POST', '/api/v2/webhooks', body)).json.webhookId);
    await harness.call('PATCH', `/api/v2/webhooks/${id}`, { callbackUrl: 'https://b.example' });
    const urls = async () => rows(await harness.call('GET', '/api/v2/webhooks')).map((row) => row.callbackUrl);
    expect(await urls()).toEqual(['https://a.example']);
    harness.time.now += 5000;
    expect(await urls()).toEqual(['https://b.example']);
  });

  it('are not behind with get-lag, which delays a GET by id; If-Match goes by the ETag of now', async () => {
    const harness = await start({ assume: ['get-lag=5'] });
    const id = await create(harness, { name: 'A' });
    const before = await harness.call('GET', `${ENGINES}/${id}`);
    const patched = await harness.call('PATCH', `${ENGINES}/${id}`, { description: 'second' });
    expect(patched.json).toMatchObject({ description: 'second' });
    const after = await harness.call('GET', `${ENGINES}/${id}`);
    expect([after.json, after.headers.get('etag')]).toEqual([before.json, before.headers.get('etag')]);
    expect(rows(await harness.call('GET', ENGINES))).toMatchObject([{ description: 'second' }]);
    const stale = { 'if-match': textOf(before.headers.get('etag')) };
    expect((await harness.call('PATCH', `${ENGINES}/${id}`, {}, stale)).status).toBe(412);
    harness.time.now += 5000;
    expect((await harness.call('GET', `${ENGINES}/${id}`)).json).toEqual(patched.json);
  });

  it('forget how a row was when the state is put', async () => {
    const harness = await start({ assume: ['update-lag=5', 'get-lag=5'] });
    const id = await create(harness, { name: 'A' });
    await harness.call('PATCH', `${ENGINES}/${id}`, { description: 'second' });
    await harness.call('PUT', '/_simulator/state', { engines: [{ ...engineBody(), speechEngineId: id }] });
    expect(await names(harness)).toEqual(['Production ASR']);
    expect((await harness.call('GET', `${ENGINES}/${id}`)).json.name).toBe('Production ASR');
  });

  it('of engines and webhooks are 405 with lists=off, those of models and profiles are not', async () => {
    const harness = await start({ assume: ['lists=off'] });
    const id = await create(harness);
    for (const path of [ENGINES, '/api/v2/webhooks']) {
      const answer = await harness.call('GET', path);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    }
    for (const path of [`${ENGINES}/${id}`, '/api/v2/speech/models', '/api/v2/speech/profiles']) {
      expect((await harness.call('GET', path)).status).toBe(200);
    }
  });
});

describe('the seeded catalogue', () => {
  it('has models and profiles in at least six locales and three tiers', async () => {
    const harness = await start();
    const models = rows(await harness.call('GET', '/api/v2/speech/models?pageSize=100'));
    const profiles = rows(await harness.call('GET', '/api/v2/speech/profiles?pageSize=100'));
    expect(models).toContainEqual(expect.objectContaining({ id: 'us-en-acoustic-model-v4', locale: 'en-US' }));
    expect(profiles).toContainEqual(expect.objectContaining({ id: 'us-en-language-profile', locale: 'en-US' }));
    const locales = (list: Answer['json'][]) => new Set(list.map(({ locale }) => textOf(locale).toLowerCase()));
    expect(locales(models).size).toBeGreaterThanOrEqual(6);
    expect(locales(profiles)).toEqual(locales(models));
    expect(new Set(models.map(({ tier }) => tier))).toEqual(new Set(['standard', 'enhanced', 'premium']));
    for (const list of [models, profiles]) expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
  });
});

describe('the features of models', () => {
  it.each([
    ['standard', ['standard']],
    ['enhanced', ['standard', 'enhanced']],
    ['premium', ['standard', 'enhanced', 'high_decibel']],
  ] as const)('are, in the tier %s, %j: those for which an engine is not refused', async (tier, features) => {
    const harness = await start({ tier });
    const models = rows(await harness.call('GET', '/api/v2/speech/models?pageSize=100'));
    expect(new Set(models.map((model) => JSON.stringify(model.features)))).toEqual(new Set([JSON.stringify(features)]));
    for (const acousticFeatureExtraction of ['standard', 'enhanced', 'high_decibel']) {
      const body = engineBody({ name: acousticFeatureExtraction, acousticFeatureExtraction });
      const listed = (features as readonly string[]).includes(acousticFeatureExtraction);
      expect((await harness.call('POST', ENGINES, body)).status).toBe(listed ? 201 : 403);
    }
  });

  it('beyond the extractions need no licence', async () => {
    const harness = await start({ tier: 'standard' });
    const model = { id: 'm', name: 'M', locale: 'en-US', tier: 'standard', features: ['diarization', 'high_decibel'] };
    await harness.call('PUT', '/_simulator/state', { models: [{ ...model, status: 'active' }] });
    expect(rows(await harness.call('GET', '/api/v2/speech/models'))[0]?.features).toEqual(['diarization']);
  });
});

describe('etag=off', () => {
  it('leaves the header and the member out, and If-Match means nothing', async () => {
    const harness = await start({ assume: ['etag=off'] });
    const id = await create(harness);
    const answer = await harness.call('GET', `${ENGINES}/${id}`);
    expect(answer.headers.get('etag')).toBeNull();
    expect(answer.json).not.toHaveProperty('etag');
    expect(rows(await harness.call('GET', ENGINES))[0]).not.toHaveProperty('etag');
    expect((await harness.call('PATCH', `${ENGINES}/${id}`, {}, { 'if-match': '"old"' })).status).toBe(200);
  });
});

describe('unique=off', () => {
  it('takes a second engine and a second webhook of one name', async () => {
    const harness = await start({ assume: ['unique=off'] });
    await create(harness);
    await create(harness);
    expect(await names(harness)).toHaveLength(2);
    const webhook = { name: 'W', callbackUrl: 'https://a.example', filter: { eventTypes: ['speechEngineUpdated'] } };
    await harness.call('POST', '/api/v2/webhooks', webhook);
    expect((await harness.call('POST', '/api/v2/webhooks', webhook)).status).toBe(201);
  });
});
