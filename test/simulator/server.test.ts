import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SimulatorOptionError, type SimulatorOptions, startSimulator } from '../../src/simulator/server.js';
import { answerOf, create, engineBody, type Harness, rawExchange, start, stopAll } from './harness.js';

afterEach(stopAll);

const PATH = '/api/v2/speech/engines';

async function statusOf(harness: Harness, headers: Record<string, string>, path = '/_simulator/state') {
  return new Promise<number | undefined>((resolve, reject) => {
    request(`${harness.simulator.url}${path}`, { headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end();
  });
}

describe('the host check', () => {
  it.each([
    ['evil.example', 403],
    ['127.0.0.1', 403],
    ['127.0.0.1:1', 403],
    ['localhost.evil.example:PORT', 403],
    ['localhost:PORT', 200],
    ['LOCALHOST:PORT', 200],
    ['127.0.0.1:PORT', 200],
  ])('answers a request with Host %s with %i', async (template, status) => {
    const harness = await start();
    const host = template.replace('PORT', String(harness.simulator.port));
    expect(await statusOf(harness, { host })).toBe(status);
  });

  it.each(['null', 'https://evil.example', 'http://127.0.0.1:80'])(
    'refuses the Origin %s everywhere',
    async (origin) => {
      const harness = await start();
      for (const path of ['/_simulator/state', PATH, '/oauth/token']) {
        expect(await statusOf(harness, { origin }, path)).toBe(403);
      }
    },
  );

  it('refuses a request target that is a whole URL', async () => {
    const harness = await start();
    const { port } = harness.simulator;
    const { text } = await rawExchange(
      port,
      `GET http://evil.example/_simulator/state HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1.1 400 /);
  });

  it('is not needed elsewhere: other addresses of this machine do not answer', async () => {
    const { port } = (await start()).simulator;
    const error = await new Promise((resolve) => {
      connect(port, '127.0.0.2', () => resolve('connected')).on('error', resolve);
    });
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('every answer', () => {
  it('echoes the CorrelationId, errors and refusals too, and has a Date', async () => {
    const harness = await start({ rateLimitPerMinute: 24 });
    const correlationid = '0b6f8a52-6d0a-4d9e-9a3c-8f6f1f1f1f1f';
    await harness.token();
    for (const [path, status] of [
      [PATH, 200],
      [`${PATH}/nobody`, 404],
      [PATH, 429],
    ] as const) {
      const answer = await harness.call('GET', path, undefined, { correlationid });
      expect([answer.status, answer.headers.get('correlationid')]).toEqual([status, correlationid]);
      expect(answer.headers.get('date')).toMatch(/GMT$/);
    }
  });

  it('gets a CorrelationId where the request has none', async () => {
    const harness = await start();
    expect((await harness.call('GET', PATH)).headers.get('correlationid')).toMatch(/^id-\d+$/);
  });
});

describe('the rate limit', () => {
  it('is a bucket of ten seconds that refills evenly, and does nothing on a 429', async () => {
    const harness = await start({ rateLimitPerMinute: 60 });
    const authorization = `Bearer ${await harness.token()}`;
    const post = async (version: string) => harness.call('POST', PATH, engineBody({ version }), { authorization });
    const statuses: number[] = [];
    for (let at = 0; at < 11; at += 1) statuses.push((await post(`1.0.${at}`)).status);
    expect(statuses).toEqual([...Array.from({ length: 9 }, () => 201), 429, 429]);
    harness.time.now += 999;
    expect((await post('1.0.9')).status).toBe(429);
    harness.time.now += 1;
    expect([(await post('1.0.9')).status, (await post('1.0.10')).status]).toEqual([201, 429]);
    harness.time.now += 600_000;
    const later: number[] = [];
    for (let at = 0; at < 11; at += 1) later.push((await post(`2.0.${at}`)).status);
    expect(later).toEqual([...Array.from({ length: 10 }, () => 201), 429]);
  });

  it('does not hold for the control paths', async () => {
    const harness = await start({ rateLimitPerMinute: 1 });
    for (let at = 0; at < 5; at += 1) expect((await harness.call('GET', '/_simulator/faults')).status).toBe(200);
  });

  it.each([
    ['seconds', '20'],
    ['date', 'Sat, 31 Jan 2026 12:00:21 GMT'],
    ['off', null],
  ])('says when to come back as retry-after=%s', async (form, expected) => {
    const harness = await start({ rateLimitPerMinute: 3, assume: [`retry-after=${form}`] });
    await harness.token();
    const answer = await answerOf(await fetch(`${harness.simulator.url}${PATH}`));
    expect([answer.status, answer.json.code]).toEqual([429, 'too_many_requests']);
    expect(answer.headers.get('retry-after')).toBe(expected);
  });
});

describe('latency', () => {
  it('holds every answer of the API back, control paths not', async () => {
    const harness = await start({ latencyMs: 250 });
    await harness.call('GET', PATH);
    await harness.call('GET', '/_simulator/state');
    expect(harness.slept).toEqual([250, 250]);
  });
});

describe('the request log', () => {
  it('has every request in order with its status, secrets left out', async () => {
    const harness = await start();
    const id = await create(harness);
    await harness.call('PATCH', `${PATH}/${id}?x=1&client_secret=hidden`, { description: 'x' });
    await harness.call('GET', `${PATH}/nobody`);
    const log = await harness.call('GET', '/_simulator/requests');
    const at = '2026-01-31T12:00:00.000Z';
    const form = { client_id: 'ci', client_secret: '***', grant_type: 'client_credentials' };
    expect(log.json).toEqual([
      { at, method: 'POST', path: '/oauth/token', body: form, status: 200 },
      { at, method: 'POST', path: PATH, body: engineBody(), status: 201 },
      { at, method: 'PATCH', path: `${PATH}/${id}?x=1&client_secret=***`, body: { description: 'x' }, status: 200 },
      { at, method: 'GET', path: `${PATH}/nobody`, body: null, status: 404 },
    ]);
    expect(log.text).not.toMatch(/simulator-secret|Bearer|hidden/);
    expect((await harness.call('DELETE', '/_simulator/requests')).status).toBe(204);
    expect((await harness.call('GET', '/_simulator/requests')).json).toEqual([]);
  });

  it('has a null status for a request without an answer', async () => {
    const harness = await start({ faults: [{ fault: 'reset-after', path: PATH }] });
    await expect(harness.call('POST', PATH, engineBody())).rejects.toThrow('fetch failed');
    expect((await harness.call('GET', '/_simulator/requests')).json[1]).toMatchObject({ method: 'POST', status: null });
  });

  it.each([
    ['/api/v2/webhooks', '{"headers":{"X":"hidden"},"name":"W"}', { headers: { X: '***' }, name: 'W' }],
    ['/api/v2/web%68ooks/w1', '{"headers":{"X":"hidden","Y":null}}', { headers: { X: '***', Y: null } }],
    ['/api/v2/webhooks', '{"headers":["hidden"]}', { headers: '***' }],
    ['/api/v2/webhooks', '{"headers":{"X":"hidden"', '(not JSON, 24 bytes)'],
    ['/oauth/token', '{"client_secret":"hidden"}', { client_secret: '***' }],
  ])('shows %s with the body %s without the secret', async (path, body, shown) => {
    const harness = await start();
    await harness.call('POST', path, body);
    const log = await harness.call('GET', '/_simulator/requests');
    expect(log.json[1]?.body).toEqual(shown);
    expect(log.text).not.toContain('hidden');
  });

  it('forgets the oldest when it is full, and says how many', async () => {
    const harness = await start();
    const body = JSON.stringify({ name: 'x'.repeat(7 * 1024 * 1024) });
    for (let at = 0; at < 11; at += 1) await harness.call('POST', PATH, body);
    const log = await fetch(`${harness.simulator.url}/_simulator/requests`);
    const kept: unknown = await log.json();
    const dropped = Number(log.headers.get('simulator-requests-dropped'));
    expect(dropped).toBeGreaterThan(0);
    expect(kept).toHaveLength(12 - dropped);
  });
});

describe('a request body', () => {
  it('over 8 MiB is 413, announced or not', async () => {
    const harness = await start();
    const { port } = harness.simulator;
    const head = `POST ${PATH} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`;
    const announced = await rawExchange(port, `${head}Content-Length: 8388609\r\n\r\n`);
    expect(announced.text).toMatch(/^HTTP\/1.1 413 /);
    const chunk = `${(1 << 20).toString(16)}\r\n${'x'.repeat(1 << 20)}\r\n`;
    const unannounced = await rawExchange(port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(9)}`);
    expect(unannounced.text).toMatch(/^HTTP\/1.1 413 /);
  });
});

describe('startSimulator', () => {
  it.each([
    [{ port: 70_000 }, '--port 70000'],
    [{ port: 1.5 }, '--port 1.5'],
    [{ org: 'Not A Label' }, '--org'],
    // Sound: the command passes on what the user typed.
    [{ tier: 'gold' } as unknown as SimulatorOptions, '--tier gold'],
    [{ rateLimitPerMinute: 0 }, '--rate-limit 0'],
    [{ rateLimitPerMinute: Number.NaN }, '--rate-limit NaN'],
    [{ latencyMs: -1 }, '--latency -1'],
    [{ stateFile: '' }, '--state'],
    [{ faults: {} }, '--faults'],
    [{ assume: ['etag'] }, '--assume etag'],
    [{ assume: ['etag=maybe'] }, '--assume etag=maybe'],
    [{ assume: ['colour=red'] }, '--assume colour=red'],
    [{ assume: ['patch=deepest'] }, '--assume patch=deepest'],
    [{ assume: ['list-lag=soon'] }, '--assume list-lag=soon'],
  ])('refuses %j and names the option', async (options, named) => {
    const started = startSimulator(options);
    await expect(started).rejects.toBeInstanceOf(SimulatorOptionError);
    await expect(started).rejects.toThrow(named);
  });

  it('refuses a port that is taken', async () => {
    const { port } = (await start()).simulator;
    await expect(startSimulator({ port })).rejects.toBeInstanceOf(SimulatorOptionError);
  });

  it('takes a free port by default and closes at once, though connections are open', async () => {
    const harness = await start({ latencyMs: 100_000, sleep: async () => new Promise(() => {}) });
    expect(harness.simulator.url).toBe(`http://127.0.0.1:${harness.simulator.port}`);
    const { port } = harness.simulator;
    const idle = connect(port, '127.0.0.1');
    const ended = new Promise((resolve) => idle.on('close', resolve));
    await new Promise((resolve) => idle.on('connect', resolve));
    const waiting = fetch(`${harness.simulator.url}${PATH}`).catch((error: unknown) => error);
    // The control path is behind the request above on the wire only if that one has arrived.
    while ((await (await fetch(`${harness.simulator.url}/_simulator/requests`)).text()) === '[]') continue;
    await harness.simulator.close();
    await ended;
    expect(await waiting).toBeInstanceOf(Error);
    await expect(fetch(harness.simulator.url)).rejects.toThrow('fetch failed');
  });
});
