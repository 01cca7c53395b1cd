import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { KnownError } from '../../src/model/known-error.js';
import { engine, noon, testClock, writerOf } from './client.js';
import { hang, inTurn, json, page, refuse, reset, type Script, serve, truncate } from './scripted-server.js';

const found: Script = (_request, response) => json(response, 200, engine('e1'));
const created: Script = (_request, response) => json(response, 201, engine('e1'));
const limited =
  (retryAfter?: string): Script =>
  (_request, response) =>
    refuse(
      response,
      429,
      'slow down',
      retryAfter === undefined ? {} : { 'retry-after': retryAfter, date: new Date(noon).toUTCString() },
    );

test.each<[string, string | undefined, number]>([
  ['seconds', '7', 7_000],
  ['a date', 'Sat, 31 Jan 2026 12:00:09 GMT', 9_000],
  ['nothing', undefined, 1_000],
])('a 429 with %s is waited out, for reads and writes', async (_what, retryAfter, ms) => {
  const server = await serve(inTurn(limited(retryAfter), created));
  const clock = testClock();
  const onWait = vi.fn();
  const writer = writerOf(server, { clock, onWait });
  expect(await writer.create('SpeechEngine', {})).toMatchObject({ outcome: 'done' });
  expect(clock.sleeps).toEqual([ms]);
  expect(onWait.mock.calls).toEqual([[{ reason: 'rate-limit', ms, requests: 1 }]]);
  expect(writer.stats()).toEqual({ total: 3, retried: 1, rateLimited: 1 });
});

test('waits longer and longer where a 429 does not say how long', async () => {
  const server = await serve(
    inTurn(limited(), limited(), limited('0'), limited(), limited(), limited(), limited(), found),
  );
  const clock = testClock();
  await writerOf(server, { clock }).getEngine('e1');
  expect(clock.sleeps).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test('one call’s 429 holds back the others, and one line says so', async () => {
  const server = await serve(inTurn(limited('5'), found));
  const clock = testClock();
  const waking: (() => void)[] = [];
  const onWait = vi.fn();
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      waking.push(() => {
        clock.advance(ms);
        resolve();
      });
    });
  const writer = writerOf(server, { clock: { now: clock.now, sleep }, onWait });
  const first = writer.getEngine('e1');
  while (waking.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const others = [writer.getEngine('e1'), writer.getEngine('e1')];
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(server.received.map(({ path }) => path)).toEqual(['/oauth/token', '/api/v2/speech/engines/e1']);
  for (const wake of waking) wake();
  expect(await Promise.all([first, ...others])).toMatchObject([
    { remoteId: 'e1' },
    { remoteId: 'e1' },
    { remoteId: 'e1' },
  ]);
  expect(onWait.mock.calls).toEqual([[{ reason: 'rate-limit', ms: 5_000, requests: 1 }]]);
});

test('does not wait for what it is asked if that is more than five minutes', async () => {
  const server = await serve(limited('31536000'));
  const clock = testClock();
  const writer = writerOf(server, { clock });
  const asked = 'slow down; it asks to wait 31536000 s, more than 300 s';
  await expect(writer.getEngine('e1')).rejects.toMatchObject({
    code: 'ApiError',
    message: `GET /api/v2/speech/engines/e1 answered 429: ${asked}. Correlation id id-2`,
  });
  // Nor does it ask again for others: they would be refused all the same.
  expect(await writer.create('SpeechEngine', {})).toEqual({
    outcome: 'not-sent',
    code: 'ApiError',
    reason: 'CXone asked to wait 31536000 s, more than 300 s',
  });
  expect(server.received).toHaveLength(2);
  const once = await serve(limited('31536000'));
  expect(await writerOf(once).create('SpeechEngine', {})).toMatchObject({
    outcome: 'refused',
    code: 'rate-limited',
    message: asked,
  });
  expect(clock.sleeps).toEqual([]);
});

test('gives up after a quarter of an hour of 429', async () => {
  const server = await serve(limited('200'));
  const clock = testClock();
  await expect(writerOf(server, { clock }).getEngine('e1')).rejects.toThrow('it was tried again for 15 minutes');
  expect(clock.sleeps).toEqual([200_000, 200_000, 200_000, 200_000]);
});

test.each<[string, Script, RegExp]>([
  ['a reset', reset, /^the connection was reset \(127\.0\.0\.1:\d+, no proxy\)$/u],
  ['a 500', (_request, response) => refuse(response, 500, 'oops'), /^it answered 500$/u],
  ['a proxy’s 502', page(502, '<title>Bad Gateway</title>'), /^it answered 502$/u],
  ['a truncated answer', truncate(), /^it answered 200, and the .* \(127\.0\.0\.1:\d+, no proxy\)$/u],
])('a read is repeated after %s, a write is not', async (_what, script, words) => {
  const reads = await serve(inTurn(script, script, found));
  const clock = testClock();
  const onWait = vi.fn();
  expect(await writerOf(reads, { clock, onWait }).getEngine('e1')).toMatchObject({ remoteId: 'e1' });
  expect(clock.sleeps).toEqual([250, 500]);
  const because = expect.stringMatching(words);
  const call = { method: 'GET', path: '/api/v2/speech/engines/e1' };
  expect(onWait).toHaveBeenCalledWith({ reason: 'retry', ms: 250, ...call, because });

  const writes = await serve(inTurn(script, created));
  const writer = writerOf(writes);
  expect(await writer.create('SpeechEngine', {})).toMatchObject({ outcome: 'unknown', correlationId: 'id-2' });
  expect(writes.received).toHaveLength(2);
  const patches = await serve(inTurn(script, found));
  expect(await writerOf(patches).update('SpeechEngine', 'e1', {})).toMatchObject({ outcome: 'unknown' });
  expect(patches.received).toHaveLength(2);
});

test('a read that hangs is repeated, and ends', async () => {
  const server = await serve(hang);
  const writer = writerOf(server, { timeoutMs: 50 });
  await expect(writer.getEngine('e1')).rejects.toMatchObject({
    code: 'NetworkError',
    exitCode: 1,
    message: `GET /api/v2/speech/engines/e1 was sent and got no answer: no answer within 0.05 s (${new URL(server.origin).host}, no proxy). Correlation id id-6`,
  });
  expect(writer.stats()).toEqual({ total: 6, retried: 4, rateLimited: 0 });
});

test('a read that keeps failing ends with the server’s words after five attempts', async () => {
  const server = await serve(page(502, '<html><title>Bad Gateway</title></html>'));
  await expect(writerOf(server).listEngines()).rejects.toMatchObject({
    code: 'ApiError',
    message:
      'GET /api/v2/speech/engines answered 502: a web page, “Bad Gateway”, which a proxy may have sent. Correlation id id-6',
  });
  expect(server.received).toHaveLength(6);
});

test('a 503 that says how long is obeyed, and still bounded', async () => {
  const server = await serve((_request, response) => refuse(response, 503, 'busy', { 'retry-after': '3' }));
  const clock = testClock();
  await expect(writerOf(server, { clock }).getEngine('e1')).rejects.toThrow('answered 503: busy');
  expect(clock.sleeps).toEqual([3_000, 3_000, 3_000, 3_000]);
});

test('a definite answer is not repeated, whole or not', async () => {
  for (const script of [truncate(403), (_request, response) => refuse(response, 501, 'no')] satisfies Script[]) {
    const server = await serve(script);
    await expect(writerOf(server).getEngine('e1')).rejects.toThrow(/answered (403|501)/);
    expect(server.received).toHaveLength(2);
  }
});

test('no server at all is said at once', async () => {
  const clock = testClock();
  const writer = writerOf({ origin: 'http://127.0.0.1:1' }, { clock });
  const message = 'POST /oauth/token was not sent: the connection was refused (127.0.0.1:1, no proxy).';
  await expect(writer.listEngines()).rejects.toMatchObject({ code: 'NetworkError', exitCode: 1, message });
  expect(await writer.create('SpeechEngine', {})).toEqual({
    outcome: 'not-sent',
    code: 'NetworkError',
    reason: message,
    hint: expect.stringContaining('cxone-gitops simulate'),
  });
  expect(clock.sleeps).toEqual([]);
});

test('after an interruption nothing is sent, and what runs finishes', async () => {
  const interruption = new AbortController();
  const server = await serve((_request, response) => {
    interruption.abort();
    json(response, 201, engine('e1'));
  });
  const writer = writerOf(server, { signal: interruption.signal });
  expect(await writer.create('SpeechEngine', {})).toMatchObject({ outcome: 'done', remoteId: 'e1' });
  const reason = 'the run was interrupted';
  expect(await writer.create('SpeechEngine', {})).toEqual({ outcome: 'not-sent', code: 'InterruptedError', reason });
  await expect(writer.getEngine('e1')).rejects.toMatchObject({
    code: 'InterruptedError',
    exitCode: 130,
    message: 'GET /api/v2/speech/engines/e1 was not sent: the run was interrupted.',
  });
  expect(server.received).toHaveLength(2);
});

test('an interruption ends a wait: a 429 did nothing', async () => {
  const interruption = new AbortController();
  const server = await serve(limited('60'));
  const writer = writerOf(server, { signal: interruption.signal, onWait: () => interruption.abort() });
  expect(await writer.create('SpeechEngine', {})).toMatchObject({ outcome: 'not-sent', code: 'InterruptedError' });
});

test('a write that is held back until it may not leave any more stays here', async () => {
  const server = await serve(limited('60'));
  const lost = new KnownError('LedgerError', 'another run took it', { hint: 'Look.' });
  let refused: KnownError | undefined;
  const writer = writerOf(server, {
    onWait: () => {
      refused = lost;
    },
  });
  const answer = await writer.create('SpeechEngine', {}, { refusal: () => refused });
  expect(answer).toMatchObject({ outcome: 'not-sent', reason: 'another run took it', hint: 'Look.' });
  expect(server.received.filter(({ method, path }) => method === 'POST' && path.endsWith('/engines'))).toHaveLength(1);
  expect(await writer.update('SpeechEngine', 'e1', {}, '"1"', { refusal: () => lost })).toMatchObject({
    outcome: 'not-sent',
  });
});

test('runs no more calls at a time than it may', async () => {
  let running = 0;
  let most = 0;
  const server = await serve(({ path }, response) => {
    most = Math.max(most, ++running);
    setTimeout(() => {
      running -= 1;
      json(response, 200, engine(path.split('/').at(-1) ?? ''));
    }, 5);
  });
  const writer = writerOf(server, { concurrency: 3 });
  await Promise.all(Array.from({ length: 12 }, (_none, index) => writer.getEngine(`e${index}`)));
  expect(most).toBe(3);
});

test('tells each request without its query, and nothing of body or headers', async () => {
  const server = await serve((_request, response) => json(response, 200, { entities: [] }));
  const onRequest = vi.fn();
  await writerOf(server, { onRequest }).listEngines();
  expect(onRequest.mock.calls.flat()).toEqual([
    { method: 'POST', path: '/oauth/token', status: 200, ms: 0, correlationId: 'id-1' },
    { method: 'GET', path: '/api/v2/speech/engines', status: 200, ms: 0, correlationId: 'id-2' },
  ]);
});

test('tells why a request got no answer, with host and port', async () => {
  const server = await serve(hang);
  const onRequest = vi.fn();
  await writerOf(server, { onRequest, timeoutMs: 50 }).create('SpeechEngine', {});
  const failure = `no answer within 0.05 s (${new URL(server.origin).host}, no proxy)`;
  expect(onRequest).toHaveBeenLastCalledWith(expect.objectContaining({ method: 'POST', failure }));
});

test('a call’s time limit does not run while it waits for its turn', async () => {
  const slow: Script = (_request, response) => setTimeout(() => json(response, 201, engine('e1')), 60);
  const server = await serve(slow);
  const writer = writerOf(server, { concurrency: 1, timeoutMs: 240 });
  const all = await Promise.all(Array.from({ length: 6 }, () => writer.create('SpeechEngine', {})));
  expect(all.map(({ outcome }) => outcome)).toEqual(Array(6).fill('done'));
});

test.each<[string, Script, string, RegExp]>([
  [
    'cut off',
    truncate(),
    'NetworkError',
    /answered 200: the (connection was closed|answer was cut off) \(127\.0\.0\.1:\d+, no proxy\)\. Correlation id/,
  ],
  [
    'too large',
    (_request, response) => response.end(Buffer.alloc(17 * 1024 * 1024, ' ')),
    'ApiError',
    /answered 200: the answer is larger than 16 MiB\./,
  ],
])('a read whose answer is always %s says so', async (_what, script, code, message) => {
  const server = await serve(script);
  await expect(writerOf(server).listEngines()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a call that is called off before it has left ends as interrupted, and the others go on', async () => {
  const server = await serve(inTurn(limited('60'), created));
  const off = new AbortController();
  const writer = writerOf(server, { onWait: () => off.abort() });
  const [one, other] = await Promise.all([
    writer.create('SpeechEngine', {}, { signal: off.signal }),
    writer.create('SpeechEngine', {}),
  ]);
  expect([one, other]).toMatchObject([{ outcome: 'not-sent', code: 'InterruptedError' }, { outcome: 'done' }]);
  const { signal } = off;
  await expect(writer.listEngines({ signal })).rejects.toMatchObject({ code: 'InterruptedError' });
  await expect(writer.getEngine('e1', { signal })).rejects.toMatchObject({ code: 'InterruptedError' });
  const event = {
    source: 'AutomatedConfigurator',
    eventType: 'speech.engine.configuration',
    targetId: 'e1',
    action: 'UPDATE',
    payloadHash: '0',
    timestamp: '2026-01-31T12:00:00Z',
  } as const;
  const notSent = { outcome: 'not-sent', code: 'InterruptedError' };
  expect(await writer.postAuditLog(event, { signal })).toMatchObject(notSent);
  expect(await writer.update('SpeechEngine', 'e1', {}, undefined, { signal })).toMatchObject(notSent);
});

test('after its deadline a run sends nothing, and it begins no wait that would end later', async () => {
  const clock = testClock();
  const deadline = { at: noon + 60_000, seconds: 60 };
  const server = await serve(inTurn(found, limited('59'), limited('59'), found));
  const writer = writerOf(server, { clock, deadline });
  const over = "the run's time limit of 60 s is over";
  const hint = expect.stringContaining('--time-limit');
  expect(await writer.getEngine('e1')).toMatchObject({ remoteId: 'e1' });
  await expect(writer.getEngine('e1')).rejects.toMatchObject({
    code: 'NetworkError',
    exitCode: 1,
    message: `GET /api/v2/speech/engines/e1 was not sent: ${over}.`,
    hint,
  });
  expect(clock.sleeps).toEqual([59_000]);
  const notSent = { outcome: 'not-sent', code: 'NetworkError', reason: over, hint };
  expect(await writer.create('SpeechEngine', {})).toEqual(notSent);
  clock.advance(10_000);
  expect(await writer.create('SpeechEngine', {})).toEqual(notSent);
  expect(server.received).toHaveLength(4);

  const late = writerOf(server, { clock, deadline });
  expect(await late.create('SpeechEngine', {})).toMatchObject({
    outcome: 'not-sent',
    reason: over,
    hint,
  });
  expect(server.received).toHaveLength(4);
  // What finishes a shift that has begun still leaves, with the token that it needs.
  const finished = await late.update('SpeechEngine', 'e1', {}, undefined, { finishes: true });
  expect(finished).toMatchObject({ outcome: 'done' });
  expect(server.received).toHaveLength(6);
});

test('a token is not waited for past the deadline, unless for what finishes something', async () => {
  const deadline = { at: noon + 60_000, seconds: 60 };
  const slow = () =>
    inTurn(limited('61'), (_request, response) => json(response, 200, { access_token: 't', expires_in: 9 }));
  const over = await serve(found, { token: slow() });
  const message = "POST /oauth/token was not sent: the run's time limit of 60 s is over.";
  await expect(writerOf(over, { deadline }).getEngine('e1')).rejects.toMatchObject({ code: 'NetworkError', message });
  expect(over.received).toHaveLength(1);
  const finished = await serve(found, { token: slow() });
  expect(await writerOf(finished, { deadline }).getEngine('e1', { finishes: true })).toMatchObject({ remoteId: 'e1' });
});

test('what waits when the client is closed ends', async () => {
  const server = await serve(limited('60'));
  const writer = writerOf(server, { clock: { now: () => noon, sleep: () => new Promise(() => undefined) } });
  const waiting = writer.create('SpeechEngine', {});
  while (server.received.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await writer.close();
  expect(await waiting).toMatchObject({ outcome: expect.stringMatching(/^(not-sent|unknown)$/) });
});

test('many calls wait for one signal without a warning of a leak', async () => {
  const warned = vi.fn();
  process.on('warning', warned);
  onTestFinished(() => void process.off('warning', warned));
  const { signal } = new AbortController();
  const server = await serve(found);
  const writer = writerOf(server, { concurrency: 1, signal });
  await Promise.all(Array.from({ length: 30 }, () => writer.getEngine('e1', { signal })));
  await new Promise((resolve) => setImmediate(resolve));
  expect(warned).not.toHaveBeenCalled();
});

test('a server that is restarted in the middle of a run is waited for, for reads and for writes that never left', async () => {
  const server = createServer((request, response) => {
    const answer = request.url === '/oauth/token' ? { access_token: 't', expires_in: 3600 } : engine('e1');
    request.resume();
    json(response, 200, answer, { connection: 'close' });
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const down = () => new Promise((resolve) => server.close(resolve));
  await listen(0);
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  const slept: number[] = [];
  const sleep = async (ms: number) => {
    slept.push(ms);
    if (slept.length % 3 === 0) await listen(port);
  };
  const writer = writerOf({ origin: `http://127.0.0.1:${port}` }, { clock: { now: () => noon + sum(slept), sleep } });
  expect(await writer.getEngine('e1')).toMatchObject({ remoteId: 'e1' });
  await down();
  expect(await writer.getEngine('e1')).toMatchObject({ remoteId: 'e1' });
  expect(slept).toEqual([250, 500, 1_000]);
  await down();
  expect(await writer.create('SpeechEngine', {})).toMatchObject({ outcome: 'done' });
  expect(slept).toEqual([250, 500, 1_000, 250, 500, 1_000]);
  await down();
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

test('a body counts by what it holds, not by what it is labelled', async () => {
  const labelled = (type: string, text: string): Script => {
    return (_request, response) => response.writeHead(200, { 'content-type': type }).end(text);
  };
  const asPage = await serve(labelled('text/html', JSON.stringify(engine('e1'))));
  expect(await writerOf(asPage).getEngine('e1')).toMatchObject({ remoteId: 'e1' });
  const asJson = await serve(labelled('application/json', '<html><title>Sign in</title></html>'));
  await expect(writerOf(asJson).getEngine('e1')).rejects.toMatchObject({
    code: 'ApiError',
    message: 'GET /api/v2/speech/engines/e1 answered 200 with a body that is not JSON. Correlation id id-2',
  });
});
