import { expect, test } from 'vitest';
import { engine, writerOf } from './client.js';
import { hang, json, page, refuse, reset, type Script, serve, truncate } from './scripted-server.js';

const date = 'Sat, 31 Jan 2026 12:00:03 GMT';

test('a create gives the id, the whole entity, its ETag and the server’s time', async () => {
  const server = await serve((_request, response) => json(response, 201, engine('e1'), { etag: '"1"', date }));
  expect(await writerOf(server).create('SpeechEngine', { name: 'x' })).toEqual({
    outcome: 'done',
    remoteId: 'e1',
    entity: engine('e1'),
    etag: '"1"',
    correlationId: 'id-2',
    serverDate: '2026-01-31T12:00:03.000Z',
  });
  const sent = server.received.at(-1);
  expect(sent).toMatchObject({ method: 'POST', path: '/api/v2/speech/engines', body: '{"name":"x"}' });
  expect(sent?.headers).toMatchObject({ 'content-type': 'application/json' });
  expect(sent?.headers).not.toHaveProperty('if-match');
});

test('an answer that holds the id only is done, without an entity', async () => {
  const server = await serve((_request, response) => json(response, 201, { webhookId: 'w1' }));
  const done = { outcome: 'done', remoteId: 'w1', entity: undefined };
  const result = await writerOf(server).create('Webhook', {});
  expect(result).toMatchObject(done);
  expect(result).not.toHaveProperty('etag');
});

test('an update sends the ETag that it was given', async () => {
  const server = await serve((_request, response) => json(response, 200, engine('e1', { etag: '"2"' })));
  const result = await writerOf(server).update('SpeechEngine', 'e1', { trafficSplit: 5 }, '"1"');
  expect(result).toMatchObject({ outcome: 'done', remoteId: 'e1', etag: '"2"' });
  expect(server.received.at(-1)).toMatchObject({
    method: 'PATCH',
    path: '/api/v2/speech/engines/e1',
    headers: { 'if-match': '"1"' },
    body: '{"trafficSplit":5}',
  });
});

test.each([
  [400, 'invalid'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [409, 'conflict'],
  [412, 'precondition'],
  [422, 'invalid'],
  [405, 'rejected'],
])('a %i is refused: %s', async (status, code) => {
  const body = {
    code: 'x',
    message: 'the locales differ.',
    status,
    details: [{ field: 'languageProfileId', message: 'is de-DE' }],
  };
  const server = await serve((_request, response) => json(response, status, body));
  expect(await writerOf(server).update('SpeechEngine', 'e1', {})).toMatchObject({
    outcome: 'refused',
    code,
    status,
    message: 'the locales differ. (languageProfileId: is de-DE)',
    details: [{ field: 'languageProfileId', message: 'is de-DE' }],
    correlationId: 'id-2',
  });
});

test('a 403 names the scope', async () => {
  const server = await serve((_request, response) => refuse(response, 403, 'the licence tier lacks high_decibel'));
  expect(await writerOf(server).create('SpeechEngine', {})).toMatchObject({
    outcome: 'refused',
    message: 'the licence tier lacks high_decibel',
    hint: 'The client needs the scope speech:engine:write, and its role and licence tier must allow this.',
  });
});

/** CXone itself answered in full: no time-out is left to wait for. */
const finishes = new Set(['a 500', 'a 201 without id', 'a 201 with a wild id']);

test.each<[string, Script, string]>([
  ['a reset', reset, 'was sent and got no answer: the connection was '],
  ['a hang', hang, 'was sent and got no answer: no answer within 0.1 s'],
  ['a 500', (_request, response) => refuse(response, 500, 'oops'), 'answered 500: oops'],
  ['a proxy’s 504', page(504, ''), 'answered 504: the body is empty'],
  ['a 408', page(408, ''), 'answered 408: the body is empty'],
  [
    'a 303',
    (_request, response) => response.writeHead(303, { location: '/x' }).end(),
    'answered 303: a redirect to /x, and redirects are never followed',
  ],
  ['an empty 201', page(201, ''), 'answered 201 with an empty body'],
  ['a 204', (_request, response) => response.writeHead(204).end(), 'answered 204 with an empty body'],
  ['a page as 200', page(200, '<html>'), 'answered 200 with a body that is not JSON'],
  [
    'a list as 200',
    (_request, response) => json(response, 200, []),
    'answered 200 with a body that is not a JSON object',
  ],
  ['a truncated 201', truncate(201), 'answered 201 with no body: '],
  [
    'a 201 without id',
    (_request, response) => json(response, 201, { name: 'x' }),
    'answered without a usable "speechEngineId"',
  ],
  [
    'a 201 with a wild id',
    (_request, response) => json(response, 201, { speechEngineId: '../x' }),
    'answered without a usable "speechEngineId"',
  ],
  [
    'a member name of the prototype',
    page(201, '{"speechEngineId":"e1","__proto__":{}}'),
    'answered 201 with the member "__proto__"',
  ],
])('after %s it is unknown what a create did', async (what, script, reason) => {
  const server = await serve(script);
  expect(await writerOf(server, { timeoutMs: script === hang ? 100 : 5_000 }).create('SpeechEngine', {})).toEqual({
    outcome: 'unknown',
    reason: expect.stringContaining(reason),
    correlationId: 'id-2',
    sentAt: expect.any(Number),
    ...(finishes.has(what) && { finished: true }),
  });
  expect(server.received).toHaveLength(2);
});

test.each<[string, Script, true | undefined]>([
  ['CXone’s own 503', (_request, response) => refuse(response, 503, 'busy'), true],
  ['a page as 503', page(503, '<html>'), undefined],
  ['a truncated 503', truncate(503), undefined],
  ['a 502 in the words of CXone', (_request, response) => refuse(response, 502, 'busy'), undefined],
])('after %s, whether the server may still work on the request is known', async (_what, script, finished) => {
  const server = await serve(script);
  const result = await writerOf(server).create('SpeechEngine', {});
  expect([result.outcome, 'finished' in result ? result.finished : undefined]).toEqual(['unknown', finished]);
});

test('the answer about another resource leaves an update unknown', async () => {
  const server = await serve((_request, response) => json(response, 200, engine('e2')));
  expect(await writerOf(server).update('SpeechEngine', 'e1', {})).toMatchObject({ outcome: 'unknown' });
});

test('a 307 did nothing, and the other host receives nothing', async () => {
  const other = await serve((_request, response) => json(response, 201, engine('e1')));
  const server = await serve((_request, response) => response.writeHead(307, { location: `${other.origin}/x` }).end());
  expect(await writerOf(server).create('SpeechEngine', {})).toMatchObject({
    outcome: 'refused',
    code: 'rejected',
    status: 307,
  });
  expect(other.received).toEqual([]);
});

test('a refusal that is cut off is still a refusal', async () => {
  const server = await serve(truncate(403));
  expect(await writerOf(server).create('SpeechEngine', {})).toMatchObject({ outcome: 'refused', code: 'forbidden' });
});

test('the client secret and the token are masked in what a server says', async () => {
  const server = await serve(({ headers }, response) =>
    refuse(response, 400, `${headers.authorization} a-secret/with+signs`),
  );
  expect(await writerOf(server).create('SpeechEngine', {})).toMatchObject({ message: 'Bearer *** ***' });
});
