import { expect, test } from 'vitest';
import type { Calls } from '../../src/cxone/calls.js';
import { listPages } from '../../src/cxone/pages.js';
import type { Json } from '../../src/model/json.js';
import { engine, writerOf } from './client.js';
import { inTurn, json, page, refuse, type Script, serve } from './scripted-server.js';

const entities = (list: unknown, nextPageToken?: unknown): Script => {
  return (_request, response) => json(response, 200, { entities: list, nextPageToken });
};
const ids = (list: readonly { remoteId: string }[] | 'unsupported') =>
  list === 'unsupported' ? list : list.map(({ remoteId }) => remoteId);

test('reads every page, and sends the token of each as it is', async () => {
  const odd = 'a/b+c=&d e';
  const server = await serve(
    inTurn(entities([engine('a')], odd), entities([engine('b')], 'two'), entities([engine('c')], null)),
  );
  expect(ids(await writerOf(server).listEngines())).toEqual(['a', 'b', 'c']);
  const lists = server.received.filter(({ path }) => path === '/api/v2/speech/engines');
  expect(lists.map(({ query }) => Object.fromEntries(query))).toEqual([
    { pageSize: '100' },
    { pageSize: '100', pageToken: odd },
    { pageSize: '100', pageToken: 'two' },
  ]);
});

test.each([[null], [''], [undefined]])('ends at the token %j', async (token) => {
  const server = await serve(entities([engine('a')], token));
  expect(ids(await writerOf(server).listEngines())).toEqual(['a']);
});

test('goes on after an empty page that has a token', async () => {
  const server = await serve(inTurn(entities([], 'next'), entities([engine('a')])));
  expect(ids(await writerOf(server).listEngines())).toEqual(['a']);
});

test('asks for 50 where 100 are refused', async () => {
  const server = await serve(({ query }, response) => {
    if (query.get('pageSize') !== '50') return refuse(response, 400, 'pageSize: at most 50');
    const last = query.get('pageToken') === 'two';
    return json(response, 200, { entities: [engine(last ? 'b' : 'a')], nextPageToken: last ? null : 'two' });
  });
  expect(ids(await writerOf(server).listEngines())).toEqual(['a', 'b']);
});

test('folds repeated rows by id, the last one counts', async () => {
  const newer = engine('b', { description: 'newer' });
  const server = await serve(inTurn(entities([engine('a'), engine('b')], 'two'), entities([newer, engine('c')])));
  const list = await writerOf(server).listEngines();
  expect(ids(list)).toEqual(['a', 'b', 'c']);
  expect(list).toContainEqual(expect.objectContaining({ entity: newer }));
});

test('a token that comes again is an error, not an endless run', async () => {
  const server = await serve(
    inTurn(entities([engine('a')], 'one'), entities([engine('b')], 'two'), entities([engine('a')], 'one')),
  );
  await expect(writerOf(server).listEngines()).rejects.toMatchObject({
    code: 'ApiError',
    message: 'GET /api/v2/speech/engines: page 3 leads back to a page before it. Correlation id id-4',
  });
  expect(server.received).toHaveLength(4);
});

test('a page token that has expired on the way makes the listing start anew, once', async () => {
  const expired: Script = (_request, response) => refuse(response, 400, 'The page token has expired.');
  const server = await serve(
    inTurn(entities([engine('a')], 'one'), expired, entities([engine('b')], 'two'), entities([engine('c')])),
  );
  expect(ids(await writerOf(server).listEngines())).toEqual(['b', 'c']);
  const again = await serve((request, response, socket) =>
    request.query.has('pageToken')
      ? expired(request, response, socket)
      : json(response, 200, { entities: [engine('a')], nextPageToken: 'one' }),
  );
  await expect(writerOf(again).listEngines()).rejects.toMatchObject({
    code: 'ApiError',
    message: 'GET /api/v2/speech/engines answered 400: The page token has expired. Correlation id id-5',
  });
  expect(again.received).toHaveLength(5);
});

/** Calls that are answered without a server, for lists that are too long for one. */
function answering(nextPage: () => unknown): Calls {
  const exchange = () =>
    ({ kind: 'answer', status: 200, headers: {}, body: Buffer.from(JSON.stringify(nextPage())) }) as const;
  return {
    run: () => Promise.resolve({ exchange: exchange(), correlationId: 'id', sentAt: 0 }),
    mask: (text) => text,
    now: () => 0,
    clockSkewMs: () => undefined,
    stats: () => ({ total: 0, retried: 0, rateLimited: 0 }),
    close: () => Promise.resolve(),
  };
}
const readRow = (row: Json) => ({ id: JSON.stringify(row), row });

test('a list without end is an error', async () => {
  let number = 0;
  const calls = answering(() => ({ entities: [], nextPageToken: `page-${++number}` }));
  await expect(listPages(calls, { path: '/x', readRow })).rejects.toThrow('GET /x: the list has more than 10000 pages');
  expect(number).toBe(10_000);
});

test('a list that fills memory with few rows is an error', async () => {
  let number = 0;
  const entity = 'x'.repeat(15 * 1024 * 1024);
  const calls = answering(() => ({ entities: [entity], nextPageToken: ++number < 12 ? `page-${number}` : null }));
  const rows = listPages(calls, { path: '/x', readRow: () => ({ id: 'one', row: undefined }) });
  await expect(rows).rejects.toThrow('GET /x: the list is larger than 128 MiB');
  expect(number).toBe(9);
});

test('a list with more than a million rows is an error, repeated rows among them', async () => {
  let number = 0;
  const calls = answering(() => ({ entities: Array(100_001).fill(7), nextPageToken: `page-${++number}` }));
  await expect(listPages(calls, { path: '/x', readRow })).rejects.toThrow('the list has more than 1000000 rows');
  expect(number).toBe(10);
});

test.each<[string, unknown, unknown, string]>([
  ['no list', { a: 1 }, null, 'GET /api/v2/speech/engines: a page has no list "entities". Correlation id id-2'],
  [
    'a token that is no text',
    [],
    7,
    'GET /api/v2/speech/engines: a page has a "nextPageToken" that is no short text. Correlation id id-2',
  ],
  [
    'a row that is no object',
    [engine('a'), 7],
    null,
    'row 2 of page 1 of GET /api/v2/speech/engines is not an object.',
  ],
  [
    'an id that would leave its path',
    [engine('../../x')],
    null,
    'row 1 of page 1 of GET /api/v2/speech/engines has no usable "speechEngineId".',
  ],
  [
    'an id that is a number',
    [engine('a', { speechEngineId: 7 })],
    null,
    'row 1 of page 1 of GET /api/v2/speech/engines has no usable "speechEngineId".',
  ],
  [
    'no model',
    [engine('a', { acousticModelId: null })],
    null,
    'row 1 of page 1 of GET /api/v2/speech/engines (id a) lacks "acousticModelId".',
  ],
  [
    'a version that is a number',
    [engine('a', { version: 1 })],
    null,
    'row 1 of page 1 of GET /api/v2/speech/engines (id a) has a name or version that is not a text.',
  ],
  [
    'an etag that no header can hold',
    [engine('a', { etag: 'x\r\ny: z' })],
    null,
    'row 1 of page 1 of GET /api/v2/speech/engines (id a) has an "etag" that can\'t be used.',
  ],
])('a page with %s is an error that names it', async (_what, list, token, message) => {
  const server = await serve(entities(list, token));
  await expect(writerOf(server).listEngines()).rejects.toMatchObject({ code: 'ApiError', message });
});

test('a member name of the prototype is an error that names its place', async () => {
  const server = await serve((_request, response) => {
    response.writeHead(200).end('{"entities":[{"speechEngineId":"a","__proto__":{"x":1}}]}');
  });
  await expect(writerOf(server).listEngines()).rejects.toThrow(
    'GET /api/v2/speech/engines answered 200 with the member "__proto__" at "/entities/0", which is not accepted.',
  );
});

test.each([404, 405, 501])('a list that the API answers with %i is unsupported', async (status) => {
  const server = await serve((_request, response) => refuse(response, status, 'no such thing'));
  const writer = writerOf(server);
  expect(await writer.listEngines()).toBe('unsupported');
  expect(await writer.listWebhooks()).toBe('unsupported');
  expect(await writer.listAuditLogs({ targetId: 'e1' })).toBe('unsupported');
});

test('a proxy’s 404 says nothing about the API', async () => {
  const server = await serve(page(404, '<title>Not here</title>'));
  const writer = writerOf(server);
  await expect(writer.listEngines()).rejects.toThrow('answered 404: a web page, “Not here”');
  await expect(writer.getEngine('e1')).rejects.toThrow('answered 404: a web page, “Not here”');
});

test('a 403 keeps the server’s words and names the scope', async () => {
  const server = await serve((_request, response) => refuse(response, 403, 'the role is not Speech Administrator'));
  await expect(writerOf(server).listWebhooks()).rejects.toMatchObject({
    code: 'AuthError',
    exitCode: 4,
    message: 'GET /api/v2/webhooks answered 403: the role is not Speech Administrator. Correlation id id-2',
    hint: 'The client needs the scope webhook:read, and its role and licence tier must allow this.',
  });
});

test('a redirect is an error, and the other host receives nothing', async () => {
  const other = await serve((_request, response) => json(response, 200, { entities: [] }));
  const server = await serve((_request, response) => {
    response.writeHead(302, { location: `${other.origin}/api?token=x` }).end();
  });
  await expect(writerOf(server).listEngines()).rejects.toMatchObject({
    code: 'ApiError',
    message: `GET /api/v2/speech/engines answered 302: a redirect to ${other.origin}/api, and redirects are never followed. Correlation id id-2`,
  });
  expect(other.received).toEqual([]);
});
