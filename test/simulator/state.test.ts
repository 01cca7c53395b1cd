import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatorOptionError, startSimulator } from '../../src/simulator/server.js';
import { create, engineBody, type Harness, start, stopAll } from './harness.js';

const PATH = '/api/v2/speech/engines';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-state-'));
});

afterEach(async () => {
  await stopAll();
  rmSync(folder, { recursive: true });
});

async function state(harness: Harness) {
  return (await harness.call('GET', '/_simulator/state')).json;
}

describe('GET and PUT /_simulator/state', () => {
  it('have one shape: what GET gave, PUT takes, and nothing changes', async () => {
    const harness = await start();
    const speechEngineId = await create(harness);
    await harness.call('POST', '/api/v2/webhooks', {
      name: 'W',
      callbackUrl: 'https://a.example',
      filter: { eventTypes: ['speechEngineUpdated'] },
      headers: { X: 'a-secret-of-some-length' },
    });
    await harness.call('POST', '/_simulator/recognitions', { speechEngineId, counts: { noMatch: 1 } });
    const before = await state(harness);
    const answer = await harness.call('PUT', '/_simulator/state', before);
    expect(answer.json).toEqual(before);
    expect(await state(harness)).toEqual(before);
  });

  it('fill in what a short engine leaves out, keep members that engines do not have, and apply no rule between engines', async () => {
    const harness = await start();
    const one = engineBody({ trafficSplit: 80, region: 'eu' });
    await harness.call('PUT', '/_simulator/state', { engines: [one, { ...one, speechEngineId: 'mine' }] });
    const { engines } = await state(harness);
    expect(engines?.[0]).toMatchObject({ trafficSplit: 80, abTestingEnabled: true, status: 'active', region: 'eu' });
    const read = await harness.call('GET', `${PATH}/mine`);
    expect(read.json).toEqual(engines?.[1]);
    expect(read.headers.get('etag')).toBe(read.json.etag);
  });

  it.each([
    ['engines[0].name', { engines: [{ version: '1.0.0' }] }],
    ['engines[1].speechEngineId', { engines: ['a', 'a'].map((speechEngineId) => engineBody({ speechEngineId })) }],
    ['engines', { engines: {} }],
    ['webhooks[0].callbackUrl', { webhooks: [{ name: 'W', filter: { eventTypes: ['speechEngineUpdated'] } }] }],
    ['clients.ci.scopes', { clients: { ci: { scopes: ['everything'] } } }],
    ['models[0].locale', { models: [{ id: 'm' }] }],
    ['formatVersion', { formatVersion: 2 }],
    ['engine', { engine: [] }],
  ])('refuse a state with a wrong %s, and keep the one there is', async (field, value) => {
    const harness = await start();
    await create(harness);
    const before = await state(harness);
    const answer = await harness.call('PUT', '/_simulator/state', value);
    expect([answer.status, answer.json.details?.[0]?.field]).toEqual([400, field]);
    expect(await state(harness)).toEqual(before);
  });

  it('replace the catalogue when the state has one', async () => {
    const harness = await start();
    const models = [{ id: 'm', locale: 'nl-NL' }];
    await harness.call('PUT', '/_simulator/state', { models });
    expect((await harness.call('GET', '/api/v2/speech/models')).json.entities?.[0]).toMatchObject({ id: 'm' });
    expect((await harness.call('POST', PATH, engineBody())).status).toBe(400);
  });
});

describe('PATCH /_simulator/engines/{id}', () => {
  it('changes an engine behind the tool: a new ETag, no record, no rule between engines', async () => {
    const harness = await start();
    const id = await create(harness);
    await create(harness, { version: '2.0.0', trafficSplit: 100, abTestingEnabled: true });
    const etag = (await harness.call('GET', `${PATH}/${id}`)).headers.get('etag') ?? '';
    await harness.call('DELETE', '/_simulator/requests');
    harness.time.now += 1000;
    const change = { trafficSplit: 20, description: 'by hand', status: 'degraded', region: 'eu' };
    const answer = await harness.call('PATCH', `/_simulator/engines/${id}`, change);
    expect(answer.json).toMatchObject({ ...change, abTestingEnabled: true, updatedAt: '2026-01-31T12:00:01.000Z' });
    expect((await harness.call('GET', '/_simulator/requests')).json).toEqual([]);
    expect((await harness.call('GET', `${PATH}/${id}`)).json).toEqual(answer.json);
    expect((await harness.call('PATCH', `${PATH}/${id}`, {}, { 'if-match': etag })).status).toBe(412);
  });

  it('refuses unknown engines and values of a wrong type', async () => {
    const harness = await start();
    const id = await create(harness);
    expect((await harness.call('PATCH', '/_simulator/engines/nobody', {})).status).toBe(404);
    expect((await harness.call('PATCH', `/_simulator/engines/${id}`, { trafficSplit: 'all' })).status).toBe(400);
    expect((await harness.call('PATCH', `/_simulator/engines/${id}`, [])).status).toBe(400);
  });
});

describe('the state file', () => {
  it('has everything that was answered, though the simulator was killed', async () => {
    const stateFile = join(folder, 'state.json');
    const killed = await start({ stateFile });
    const id = await create(killed);
    await create(killed, { version: '2.0.0' });
    await killed.call('PATCH', `${PATH}/${id}`, { description: 'changed' });
    await killed.call('PUT', '/_simulator/state', {
      ...(await state(killed)),
      clients: { ci: { role: 'Speech Administrator' } },
    });
    await killed.call('PATCH', `${PATH}/${id}`, { description: 'changed again' });
    await create(killed, { version: '3.0.0' });
    const expected = await state(killed);
    // Nothing has told the first one to finish: what the second reads is what a kill would have left.
    const next = await start({ stateFile });
    expect(await state(next)).toEqual(expected);
  });

  it('drops a last line that a kill has cut', async () => {
    const stateFile = join(folder, 'state.json');
    const killed = await start({ stateFile });
    await create(killed);
    const expected = await state(killed);
    await create(killed, { version: '2.0.0' });
    const journal = readFileSync(`${stateFile}.journal`, 'utf8');
    writeFileSync(`${stateFile}.journal`, journal.slice(0, -10));
    expect(await state(await start({ stateFile }))).toEqual(expected);
  });

  it('does not read a journal onto a state that it does not belong to', async () => {
    const stateFile = join(folder, 'state.json');
    const first = await start({ stateFile });
    await create(first);
    const old = readFileSync(`${stateFile}.journal`, 'utf8');
    await first.call('PUT', '/_simulator/state', {});
    writeFileSync(`${stateFile}.journal`, old);
    expect((await state(await start({ stateFile }))).engines).toEqual([]);
  });

  it('is a state that PUT takes, for its owner only, whole once the simulator has closed', async () => {
    const stateFile = join(folder, 'state.json');
    const harness = await start({ stateFile });
    await create(harness);
    const expected = await state(harness);
    await harness.simulator.close();
    const text = readFileSync(stateFile, 'utf8');
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
    const other = await start();
    expect((await other.call('PUT', '/_simulator/state', text)).json).toEqual(expected);
    expect(existsSync(`${stateFile}.tmp`)).toBe(false);
  });

  it.each([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['a wrong state', '{"engines":[{}]}'],
  ])('that is %s is refused by name', async (_case, text) => {
    const stateFile = join(folder, 'state.json');
    writeFileSync(stateFile, text);
    const started = startSimulator({ stateFile });
    await expect(started).rejects.toBeInstanceOf(SimulatorOptionError);
    await expect(started).rejects.toThrow(`--state ${stateFile}`);
    expect(readFileSync(stateFile, 'utf8')).toBe(text);
  });

  it('in a folder that is not there is refused', async () => {
    await expect(startSimulator({ stateFile: join(folder, 'none', 'state.json') })).rejects.toThrow('written');
  });
});
