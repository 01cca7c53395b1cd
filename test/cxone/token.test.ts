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
  ['a page', page(200, '<html>'), /answered 200 with a body that is not JSON\. Cor/],
  ['a list', page(200, '[]'), /answered 200 with a body that is not a JSON object\. Cor/],
  ['an empty body', page(200, ''), /answered 200 with an empty body\. Cor/],
  ['no such address', (_request, response) => refuse(response, 404, 'nothing here'), /answered 404: nothing here/],
])('a token answer with %s is an ApiError', async (_what, token, message) => {
  const server = await serve(anyEngine, { token });
  await expect(writerOf(server).getEngine('a')).rejects.toMatchObject({
    code: 'ApiError',
    message: expect.stringMatching(message),
  });
});

/** The answer to a request for a token, as text: JavaScript has no way to write some of its members. */
async function grant(text: string) {
  const server = await serve(anyEngine, { token: page(200, text) });
  const clock = testClock();
  const writer = writerOf(server, { clock });
  const get = () => writer.getEngine('a').then(() => tokenRequests(server.received).length);
  return { clock, get };
}

const secret = 'eyJ-the-token';
const notAccepted = (member: string) => `the member "${member}" at the top, which is not accepted`;
const expired = (seconds: string) => `an "expires_in" of ${seconds}: the token has expired already`;
const otherType = (type: string) => `the "token_type" ${type}, and only Bearer tokens can be used`;
const unprintable =
  'an "access_token" with a space, a control character or a character outside ASCII, which a header can\'t carry';

test.each([
  ['{"expires_in":60}', 'no "access_token"'],
  ['{"access_token":null}', 'no "access_token"'],
  ['{"access_token":""}', 'an empty "access_token"'],
  [`{"access_token":["${secret}"]}`, 'an "access_token" that is not text'],
  [`{"access_token":"${secret}\\r\\nx: y"}`, unprintable],
  [`{"access_token":"${secret} x"}`, unprintable],
  [`{"access_token":"${secret}é"}`, unprintable],
  [`{"access_token":"${secret.repeat(700)}"}`, 'an "access_token" of more than 8192 characters'],
  [`{"access_token":"${secret}","token_type":"mac"}`, otherType('"mac"')],
  [`{"access_token":"${secret}","token_type":"${secret}"}`, otherType('of another kind')],
  [`{"access_token":"${secret}","token_type":"x\\u001b[31m"}`, otherType('of another kind')],
  [`{"access_token":"${secret}","token_type":7}`, 'a "token_type" that is not text'],
  [`{"access_token":"${secret}","expires_in":1e400}`, 'a number out of range at "/expires_in"'],
  [`{"access_token":"${secret}","expires_in":0}`, expired('0')],
  [`{"access_token":"${secret}","expires_in":-3600}`, expired('-3600')],
  [`{"access_token":"${secret}","expires_in":"0"}`, expired('0')],
  [`{"access_token":"${secret}","expires_in":"1e400"}`, 'an "expires_in" that is not a number of seconds'],
  [`{"access_token":"${secret}","expires_in":" 3600"}`, 'an "expires_in" that is not a number of seconds'],
  [`{"access_token":"${secret}","expires_in":"soon"}`, 'an "expires_in" that is not a number of seconds'],
  [`{"access_token":"${secret}","expires_in":[3600]}`, 'an "expires_in" that is not a number of seconds'],
  [`{"access_token":"${secret}","expires_in":true}`, 'an "expires_in" that is not a number of seconds'],
  [`{"access_token":"${secret}","__proto__":{}}`, notAccepted('__proto__')],
  [`{"access_token":"${secret}","constructor":1}`, notAccepted('constructor')],
])('a token answer is refused for its true reason, case %#', async (text, reason) => {
  const { get } = await grant(text);
  const error: unknown = await get().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'ApiError',
    message: `POST /oauth/token answered 200 with ${reason}. Correlation id id-1`,
  });
  expect(String(error)).not.toContain(secret);
});

test.each([
  ['{"access_token":"t","expires_in":"3600"}', 3570],
  ['{"access_token":"t","expires_in":3600,"token_type":"BEARER"}', 3570],
  ['{"access_token":"t","expires_in":3600,"token_type":null}', 3570],
  ['{"access_token":"t","expires_in":90.5}', 60.5],
  ['{"access_token":"t","expires_in":60}', 30],
  ['{"access_token":"t"}', 30],
  ['{"access_token":"t","expires_in":null}', 30],
  ['{"access_token":"t","expires_in":20}', 10],
  ['{"access_token":"t","expires_in":1e300}', 24 * 3600 - 30],
])('the token answer %j is used for %d s', async (text, seconds) => {
  const { get, clock } = await grant(text);
  await get();
  clock.advance(seconds * 1000 - 1);
  expect(await get()).toBe(1);
  clock.advance(1);
  expect(await get()).toBe(2);
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
    message: `POST /oauth/token was sent and got no answer: no answer within 0.05 s (${new URL(server.origin).host}, no proxy). Correlation id id-5`,
  });
});
