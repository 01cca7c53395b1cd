import { afterEach, describe, expect, it } from 'vitest';
import { create, engineBody, type Harness, rawExchange, start, stopAll, textOf } from './harness.js';

afterEach(stopAll);

const PATH = '/api/v2/speech/engines';

async function engines(harness: Harness): Promise<string[]> {
  const { json } = await harness.call('GET', '/_simulator/state');
  if (!Array.isArray(json.engines)) throw new Error('no engines');
  return json.engines.map((engine) => textOf(engine.name));
}

async function get(harness: Harness, path = PATH): Promise<{ text: string; error: string | undefined }> {
  return rawExchange(harness.simulator.port, await rawRequest(harness, path));
}

async function rawRequest(harness: Harness, path: string): Promise<string> {
  const { port } = harness.simulator;
  const authorization = `Authorization: Bearer ${await harness.token()}`;
  return `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n${authorization}\r\n\r\n`;
}

async function putFaults(harness: Harness, ...rules: object[]): Promise<void> {
  const answer = await harness.call('PUT', '/_simulator/faults', rules);
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('fired')]);
}

describe('fault rules', () => {
  it('let the first "after" matching requests pass, then act "times" times', async () => {
    const harness = await start();
    await putFaults(harness, { method: 'get', path: '/engines$', after: 2, times: 2, fault: 'status', status: 503 });
    const statuses: number[] = [];
    for (let at = 0; at < 6; at += 1) {
      statuses.push((await harness.call('GET', PATH)).status);
      await harness.call('GET', '/api/v2/speech/models');
    }
    expect(statuses).toEqual([200, 200, 503, 503, 200, 200]);
    const rules = await harness.call('GET', '/_simulator/faults');
    expect(rules.json).toEqual([
      { method: 'get', path: '/engines$', after: 2, times: 2, fault: 'status', status: 503, fired: 2 },
    ]);
    expect((await harness.call('PUT', '/_simulator/faults', rules.json)).status).toBe(200);
    expect((await harness.call('GET', '/_simulator/faults')).json[0]?.fired).toBe(0);
  });

  it('match the path with its query too, and act each time without "times"', async () => {
    const harness = await start({ faults: [{ path: 'pageSize=7', fault: 'status', status: 500 }] });
    expect((await harness.call('GET', PATH)).status).toBe(200);
    for (let at = 0; at < 3; at += 1) expect((await harness.call('GET', `${PATH}?pageSize=7`)).status).toBe(500);
  });

  it('never touch the control paths', async () => {
    const harness = await start({ faults: [{ fault: 'status', status: 500 }] });
    expect((await harness.call('GET', '/_simulator/state')).status).toBe(200);
  });

  it.each([
    ['fault', { fault: 'explode' }],
    ['fault', {}],
    ['times', { fault: 'hang', times: '2' }],
    ['after', { fault: 'hang', after: -1 }],
    ['path', { fault: 'hang', path: '(' }],
    ['method', { fault: 'hang', method: 7 }],
    ['status', { fault: 'status' }],
    ['status', { fault: 'status', status: 99 }],
    ['status', { fault: 'redirect', status: 200 }],
    ['headers.X', { fault: 'status', status: 500, headers: { X: 'a\r\nb' } }],
    ['body', { fault: 'hang', body: 'x' }],
    ['tims', { fault: 'hang', tims: 1 }],
  ])('are refused for a wrong %s (%j), and those in force stay', async (member, rule) => {
    const harness = await start({ faults: [{ fault: 'status', status: 500 }] });
    const answer = await harness.call('PUT', '/_simulator/faults', [{ fault: 'hang' }, rule]);
    expect([answer.status, answer.json.details?.[0]?.field]).toEqual([400, `[1].${member}`]);
    expect((await harness.call('GET', '/_simulator/faults')).json[0]?.fault).toBe('status');
    await expect(start({ faults: [rule] })).rejects.toThrow(`--faults: [0].${member}`);
  });
});

describe('fault', () => {
  it('reset-before breaks the connection and nothing is done', async () => {
    const harness = await start();
    await putFaults(harness, { method: 'POST', path: PATH, fault: 'reset-before', times: 1 });
    await expect(harness.call('POST', PATH, engineBody())).rejects.toThrow('fetch failed');
    expect(await engines(harness)).toEqual([]);
    await putFaults(harness, { path: PATH, fault: 'reset-before' });
    expect(await get(harness)).toEqual({ text: '', error: 'ECONNRESET' });
  });

  it('reset-after does it and then breaks the connection', async () => {
    const harness = await start();
    await putFaults(harness, { method: 'POST', path: PATH, fault: 'reset-after', times: 1 });
    await expect(harness.call('POST', PATH, engineBody())).rejects.toThrow('fetch failed');
    expect(await engines(harness)).toEqual(['Production ASR']);
    await putFaults(harness, { path: PATH, fault: 'reset-after' });
    expect(await get(harness)).toEqual({ text: '', error: 'ECONNRESET' });
  });

  it('hang never answers and does nothing; closing ends it at once', async () => {
    const harness = await start();
    const request = await rawRequest(harness, PATH);
    await putFaults(harness, { path: PATH, fault: 'hang' });
    const hanging = rawExchange(harness.simulator.port, request);
    for (;;) {
      const { json } = await harness.call('GET', '/_simulator/requests');
      if (json[1] !== undefined) break;
    }
    await harness.simulator.close();
    expect((await hanging).text).toBe('');
  });

  it('drip sends the head at once and the body byte by byte', async () => {
    const harness = await start();
    await putFaults(harness, { path: PATH, fault: 'drip' });
    const { text } = await get(harness);
    expect(text).toMatch(/^HTTP\/1.1 200 OK/);
    expect(text.endsWith('{"entities":[],"nextPageToken":null}')).toBe(true);
    expect(harness.slept).toEqual(Array.from({ length: 36 }, () => 100));
  });

  it('truncate announces the whole body, sends half and closes', async () => {
    const harness = await start();
    await putFaults(harness, { path: PATH, fault: 'truncate' });
    const { text, error } = await get(harness);
    expect(text).toMatch(/content-length: 36\r\n/i);
    expect(text.split('\r\n\r\n')[1]).toBe('{"entities":[],"ne');
    expect(error).toBeUndefined();
    await expect(harness.call('GET', PATH)).rejects.toThrow('terminated');
  });

  it('status answers what the rule says, and nothing is done', async () => {
    const harness = await start();
    const body = '<html>Bad gateway</html>';
    await putFaults(harness, { path: PATH, fault: 'status', status: 502, headers: { 'X-Proxy': 'yes' }, body });
    const answer = await harness.call('POST', PATH, engineBody());
    expect([answer.status, answer.text, answer.headers.get('x-proxy')]).toEqual([502, body, 'yes']);
    expect(await engines(harness)).toEqual([]);
    await putFaults(harness, { path: PATH, fault: 'status', status: 429, body: { code: 'slow' } });
    expect((await harness.call('GET', PATH)).json).toEqual({ code: 'slow' });
    await putFaults(harness, { path: PATH, fault: 'status', status: 503 });
    expect((await harness.call('GET', PATH)).json).toMatchObject({ status: 503, details: [], errors: [] });
  });

  it('redirect points elsewhere on the simulator, where following it would be recorded', async () => {
    const harness = await start();
    await putFaults(harness, { path: `^${PATH}`, fault: 'redirect' });
    const answer = await harness.call('POST', PATH, engineBody());
    expect([answer.status, answer.headers.get('location')]).toEqual([307, `/redirected${PATH}`]);
    const headers = { Location: 'https://elsewhere.example/' };
    await putFaults(harness, { path: `^${PATH}`, fault: 'redirect', status: 302, headers });
    const other = await harness.call('GET', PATH);
    expect([other.status, other.headers.get('location')]).toEqual([302, 'https://elsewhere.example/']);
  });

  it('stale-list shows lists as they were when the rule was put, a GET by id as it is', async () => {
    const harness = await start();
    const id = await create(harness, { name: 'A' });
    await putFaults(harness, { fault: 'stale-list', times: 2 });
    await create(harness, { name: 'B' });
    await harness.call('PATCH', `${PATH}/${id}`, { name: 'C' });
    expect((await harness.call('GET', `${PATH}/${id}`)).json.name).toBe('C');
    const listed = async () => {
      const { entities } = (await harness.call('GET', PATH)).json;
      return Array.isArray(entities) ? entities.map(({ name }) => name) : undefined;
    };
    expect([await listed(), await listed(), await listed()]).toEqual([['A'], ['A'], ['C', 'B']]);
  });

  it('page-loop gives the same page token again and again', async () => {
    const harness = await start();
    await create(harness);
    await putFaults(harness, { fault: 'page-loop', path: PATH });
    const first = (await harness.call('GET', PATH)).json.nextPageToken;
    const second = await harness.call('GET', `${PATH}?pageToken=${textOf(first)}`);
    expect(first).toBeTypeOf('string');
    expect(second.json.nextPageToken).toBe(first);
  });

  it('expire-token makes every token expire, the one of the request first', async () => {
    const harness = await start();
    await create(harness);
    const other = `Bearer ${await harness.token()}`;
    await putFaults(harness, { fault: 'expire-token', path: PATH, times: 1 });
    expect((await harness.call('GET', PATH)).status).toBe(401);
    expect((await harness.call('GET', PATH, undefined, { authorization: other })).status).toBe(401);
    const fresh = `Bearer ${await harness.token()}`;
    expect((await harness.call('GET', PATH, undefined, { authorization: fresh })).status).toBe(200);
  });
});
