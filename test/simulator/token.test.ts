import { afterEach, describe, expect, it } from 'vitest';
import { answerOf, create, engineBody, type Harness, start, stopAll, textOf } from './harness.js';

afterEach(stopAll);

const GOOD = { client_id: 'ci', client_secret: 'simulator-secret', grant_type: 'client_credentials' };

async function post(harness: Harness, form: Record<string, string>) {
  return answerOf(
    await fetch(`${harness.simulator.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) }),
  );
}

describe('POST /oauth/token', () => {
  it('gives any client with the secret a bearer token with every scope', async () => {
    const answer = await post(await start(), GOOD);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    expect(textOf(answer.json.scope).split(' ')).toHaveLength(9);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('answers 401 invalid_client to any other secret', async () => {
    const answer = await post(await start(), { ...GOOD, client_secret: 'wrong' });
    expect([answer.status, answer.json.error]).toEqual([401, 'invalid_client']);
    expect(answer.json.error_description).toBeTypeOf('string');
  });

  it.each([
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ client_id: '' }, 'invalid_request'],
    [{ scope: 'speech:everything' }, 'invalid_scope'],
  ])('answers 400 to %j', async (changes, error) => {
    const answer = await post(await start(), { ...GOOD, ...changes });
    expect([answer.status, answer.json.error]).toEqual([400, error]);
  });

  it('answers 400 to a missing member and to a JSON body', async () => {
    const harness = await start();
    expect((await post(harness, { client_id: 'ci', grant_type: 'client_credentials' })).status).toBe(400);
    expect((await harness.call('POST', '/oauth/token', GOOD, { authorization: '' })).status).toBe(400);
  });
});

describe('access tokens', () => {
  const path = '/api/v2/speech/engines';

  it('expire after expires_in seconds and not before', async () => {
    const harness = await start();
    const authorization = `Bearer ${await harness.token()}`;
    harness.time.now += 3600_000 - 1;
    expect((await harness.call('GET', path, undefined, { authorization })).status).toBe(200);
    harness.time.now += 1;
    const answer = await harness.call('GET', path, undefined, { authorization });
    expect([answer.status, answer.json.code]).toEqual([401, 'unauthorized']);
    expect(answer.json.message).toContain('expired');
  });

  it.each(['', 'Bearer nonsense', 'Basic Y2k6eA=='])('refuses the authorization %j', async (authorization) => {
    const harness = await start();
    expect((await harness.call('GET', path, undefined, { authorization })).status).toBe(401);
  });

  it.each([
    ['speech:engine:read', 'GET', path],
    ['speech:engine:read', 'GET', `${path}/ENGINE`],
    ['speech:engine:write', 'POST', path],
    ['speech:engine:write', 'PATCH', `${path}/ENGINE`],
    ['speech:model:read', 'GET', '/api/v2/speech/models'],
    ['speech:profile:read', 'GET', '/api/v2/speech/profiles'],
    ['webhook:read', 'GET', '/api/v2/webhooks'],
    ['webhook:write', 'POST', '/api/v2/webhooks'],
    ['webhook:write', 'PATCH', '/api/v2/webhooks/none'],
    ['analytics:speech:read', 'POST', '/api/v2/analytics/speech/details/query'],
    ['audit:log:read', 'GET', '/api/v2/audit/logs'],
    ['audit:log:write', 'POST', '/api/v2/audit/logs'],
  ])('without the scope %s, %s %s is 401 and the message names the scope', async (scope, method, template) => {
    const harness = await start();
    const target = template.replace('ENGINE', await create(harness));
    const authorization = `Bearer ${await harness.token(`ci.without:${scope}`)}`;
    const body = method === 'GET' ? undefined : {};
    const answer = await harness.call(method, target, body, { authorization });
    expect([answer.status, answer.json.code]).toEqual([401, 'missing_scope']);
    expect(answer.json.message).toContain(scope);
    expect((await harness.call(method, target, body)).status).not.toBe(401);
  });

  it('have the scopes that the state gives the client, narrowed to those it asks for', async () => {
    const harness = await start();
    const clients = { reader: { scopes: ['speech:engine:read', 'speech:model:read'] } };
    await harness.call('PUT', '/_simulator/state', { clients });
    const narrowed = { authorization: `Bearer ${await harness.token('reader', 'speech:engine:read')}` };
    expect((await harness.call('GET', path, undefined, narrowed)).status).toBe(200);
    expect((await harness.call('GET', '/api/v2/speech/models', undefined, narrowed)).status).toBe(401);
    await expect(harness.token('reader', 'webhook:read')).rejects.toThrow('invalid_scope');
  });
});

describe('roles', () => {
  it('other than Speech Administrator may read engines but not change them', async () => {
    const harness = await start();
    const id = await create(harness);
    const authorization = `Bearer ${await harness.token('someone.viewer')}`;
    const answer = await harness.call('POST', '/api/v2/speech/engines', engineBody({ version: '2.0.0' }), {
      authorization,
    });
    expect([answer.status, answer.json.code]).toEqual([403, 'role']);
    expect(answer.json.message).toContain('Speech Administrator');
    const path = `/api/v2/speech/engines/${id}`;
    expect((await harness.call('PATCH', path, {}, { authorization })).status).toBe(403);
    expect((await harness.call('GET', path, undefined, { authorization })).status).toBe(200);
  });

  it('come from the state, and count from the next request on', async () => {
    const harness = await start();
    await create(harness);
    await harness.call('PUT', '/_simulator/state', { clients: { ci: { role: 'Agent' } } });
    const answer = await harness.call('POST', '/api/v2/speech/engines', engineBody());
    expect(answer.status).toBe(403);
    expect(answer.json.message).toContain('Agent');
  });
});
