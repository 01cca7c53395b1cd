import { expect, test } from 'vitest';
import { openReader } from '../../src/cxone/connect.js';
import { openMask } from '../../src/model/mask.js';
import { connectOptions, engine, testClock, writerOf } from './client.js';
import { hang, inTurn, json, page, refuse, reset, type Script, serve } from './scripted-server.js';

const anyEngine: Script = ({ path }, response) => json(response, 200, engine(path.split('/').at(-1) ?? ''));
const tokenRequests = (received: readonly { path: string }[]) => received.filter(({ path }) => path === '/oauth/token');

test('asks for a token by a form, and sends it along', async () => {
  const server = await serve(anyEngine);
  await writerOf(server).getEngine('e1');
  const [asked, called] = server.received;
  expect(asked).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
    client_id: 'pipeline',
    client_secret: 'a-secret/with+signs',
    grant_type: 'client_credentials',
  });
  expect(called?.headers).toMatchObject({
    authorization: 'Bearer token-1',
    accept: 'application/json',
    'user-agent': 'cxone-gitops/1.2.3',
    correlationid: 'id-2',
  });
});

test('one renewal serves all who wait for it', async () => {
  const server = await serve(anyEngine);
  const writer = writerOf(server);
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => writer.getEngine(id)));
  expect(tokenRequests(server.received)).toHaveLength(1);
});

test('renews a token 30 s before it expires, and not before', async () => {
  const server = await serve(anyEngine);
  const clock = testClock();
  const writer = writerOf(server, { clock });
  await writer.getEngine('a');
  clock.advance(3_569_000);
  await writer.getEngine('b');
  expect(tokenRequests(server.received)).toHaveLength(1);
  clock.advance(1_000);
  await writer.getEngine('c');
  expect(tokenRequests(server.received)).toHaveLength(2);
});

test('uses a token that lives for seconds only', async () => {
  const server = await serve(anyEngine, {
    token: (_request, response) => json(response, 200, { access_token: 't', expires_in: 20 }),
  });
  const writer = writerOf(server);
  await writer.getEngine('a');
  await writer.getEngine('b');
  expect(tokenRequests(server.received)).toHaveLength(1);
});

test('a 401 renews the token once, for all calls that met it', async () => {
  const server = await serve((request, response, socket) =>
    request.headers.authorization === 'Bearer token-1'
      ? refuse(response, 401, 'token expired')
      : anyEngine(request, response, socket),
  );
  const writer = writerOf(server);
  const engines = await Promise.all(['a', 'b', 'c', 'd'].map((id) => writer.getEngine(id)));
  expect(engines.map((live) => live?.remoteId)).toEqual(['a', 'b', 'c', 'd']);
  expect(tokenRequests(server.received)).toHaveLength(2);
  expect(await writer.create('SpeechEngine', {})).toMatchObject({ outcome: 'done' });
});

test('a token that expires with many calls in flight, and more that wait, is renewed once', async () => {
  const held: (() => void)[] = [];
  let hasExpired = false;
  const server = await serve((request, response, socket) => {
    if (!hasExpired || request.headers.authorization !== 'Bearer token-1') return anyEngine(request, response, socket);
    held.push(() => refuse(response, 401, 'token expired'));
    // All that may be are in flight before the first is answered.
    if (held.length >= 8) for (const answer of held.splice(0)) answer();
  });
  const writer = writerOf(server, { concurrency: 8 });
  const ids = Array.from({ length: 50 }, (_none, index) => `e${index}`);
  await Promise.all(ids.map((id) => writer.getEngine(id)));
  hasExpired = true;
  const engines = await Promise.all(ids.map((id) => writer.getEngine(id)));
  expect(engines.map((live) => live?.remoteId)).toEqual(ids);
  expect(tokenRequests(server.received)).toHaveLength(2);
});

test('a late 401 does not throw away the token that replaced the one it is about', async () => {
  const late: (() => void)[] = [];
  const server = await serve((request, response, socket) => {
    if (request.headers.authorization !== 'Bearer token-1') return anyEngine(request, response, socket);
    if (request.path.endsWith('/late')) return void late.push(() => refuse(response, 401, 'token expired'));
    return refuse(response, 401, 'token expired');
  });
  const writer = writerOf(server);
  const waiting = writer.getEngine('late');
  while (late.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await writer.getEngine('early');
  late[0]?.();
  expect(await waiting).toMatchObject({ remoteId: 'late' });
  expect(tokenRequests(server.received)).toHaveLength(2);
});

test('a write that met a 401 is sent once more with the new token', async () => {
  const created: Script = (_request, response) => json(response, 201, engine('e1'));
  const server = await serve(inTurn((_request, response) => refuse(response, 401, 'token expired'), created));
  expect(await writerOf(server).create('SpeechEngine', { name: 'x' })).toMatchObject({
    outcome: 'done',
    remoteId: 'e1',
  });
  expect(server.received.map(({ path, body }) => [path, path === '/oauth/token' ? '' : body])).toEqual([
    ['/oauth/token', ''],
    ['/api/v2/speech/engines', '{"name":"x"}'],
    ['/oauth/token', ''],
    ['/api/v2/speech/engines', '{"name":"x"}'],
  ]);
});

test('a second 401 names the scope and the credentials', async () => {
  const server = await serve((_request, response) => refuse(response, 401, 'not for you'));
  await expect(writerOf(server).listEngines()).rejects.toMatchObject({
    code: 'AuthError',
    exitCode: 4,
    message: 'GET /api/v2/speech/engines answered 401: not for you. Correlation id id-4',
    hint: 'A new token was refused too: the client lacks the scope speech:engine:read, or its credentials were revoked.',
  });
  expect(await writerOf(server).create('Webhook', {})).toMatchObject({
    outcome: 'refused',
    code: 'unauthorized',
    hint: expect.stringContaining('webhook:write'),
  });
});

test('a wrong secret is said once, asked once, and never shown', async () => {
  const server = await serve(anyEngine, {
    token: ({ body }, response) =>
      json(response, 401, {
        error: 'invalid_client',
        error_description: `no: ${new URLSearchParams(body).get('client_secret')}`,
      }),
  });
  const writer = writerOf(server);
  const denied = {
    code: 'AuthError',
    exitCode: 4,
    message: 'POST /oauth/token answered 401: no: ***. Correlation id id-1',
  };
  await expect(writer.listEngines()).rejects.toMatchObject(denied);
  await expect(writer.getEngine('a')).rejects.toMatchObject(denied);
  expect(await writer.create('SpeechEngine', {})).toEqual({
    outcome: 'not-sent',
    code: 'AuthError',
    reason: denied.message,
  });
  expect(server.received).toHaveLength(1);
});

test.each<[string, Script, RegExp]>([
  ['a page', page(200, '<html>'), /answered 200 with a body that is not a JSON object/],
  ['no token', (_request, response) => json(response, 200, { expires_in: 60 }), /no usable "access_token"/],
  [
    'a token that no header can hold',
    (_request, response) => json(response, 200, { access_token: 'a\r\nb', expires_in: 60 }),
    /no usable "access_token"/,
  ],
  [
    'a huge token',
    (_request, response) => json(response, 200, { access_token: 'a'.repeat(9000), expires_in: 60 }),
    /no usable "access_token"/,
  ],
  [
    'no lifetime',
    (_request, response) => json(response, 200, { access_token: 'a', expires_in: 0 }),
    /no usable "expires_in"/,
  ],
  [
    'another type',
    (_request, response) => json(response, 200, { access_token: 'a', expires_in: 9, token_type: 'mac' }),
    /not Bearer/,
  ],
  ['no such address', (_request, response) => refuse(response, 404, 'nothing here'), /answered 404: nothing here/],
])('a token answer with %s is an ApiError', async (_what, token, message) => {
  const server = await serve(anyEngine, { token });
  await expect(writerOf(server).getEngine('a')).rejects.toMatchObject({
    code: 'ApiError',
    message: expect.stringMatching(message),
  });
});

test('a token request is repeated after a reset, a 503 and a 429', async () => {
  const given: Script = (_request, response) => json(response, 200, { access_token: 't', expires_in: 3600 });
  const limited: Script = (_request, response) => refuse(response, 429, 'slow down', { 'retry-after': '2' });
  const server = await serve(anyEngine, { token: inTurn(reset, page(503, 'busy'), limited, given) });
  const clock = testClock();
  expect(await writerOf(server, { clock }).getEngine('a')).toMatchObject({ remoteId: 'a' });
  expect(clock.sleeps).toEqual([250, 500, 2_000]);
});

test('each token is added to the mask that is given, so that it is masked everywhere', async () => {
  const server = await serve(anyEngine);
  const mask = openMask();
  await writerOf(server, { mask }).getEngine('a');
  expect(mask.apply('it was token-1')).toBe('it was ***');
});

test.each(['https://acme.api.nicecxone.com', 'https://127.0.0.1.example', 'https://localhost'])(
  'the simulator’s secret never goes to %s',
  (origin) => {
    const options = connectOptions({ origin }, { credentials: { clientId: 'x', clientSecret: 'simulator-secret' } });
    expect(() => openReader(options)).toThrow(`${origin}: the simulator's secret is sent to http on loopback only.`);
  },
);

test('the simulator’s secret goes to loopback', async () => {
  const server = await serve(anyEngine);
  const writer = writerOf(server, { credentials: { clientId: 'x', clientSecret: 'simulator-secret' } });
  expect(await writer.getEngine('a')).toMatchObject({ remoteId: 'a' });
});

test('a token request that hangs ends', async () => {
  const server = await serve(anyEngine, { token: hang });
  await expect(writerOf(server, { timeoutMs: 50 }).getEngine('a')).rejects.toMatchObject({
    code: 'NetworkError',
    message: 'POST /oauth/token was sent and got no answer: no answer within 0.05 s. Correlation id id-5',
  });
});
