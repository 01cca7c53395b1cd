import { describe, expect, test } from 'vitest';
import type { BodyContext } from '../../src/kinds/kind-definition.js';
import { webhook } from '../../src/kinds/webhook.js';
import type { JsonObject } from '../../src/model/json.js';
import { diffStates } from '../../src/plan/diff.js';
import { noContext } from './sample.js';

const ivr = 'SpeechEngine/IVR@1.0.0';

const entity = (over: JsonObject = {}): JsonObject => ({
  webhookId: 'hook-1',
  name: 'QA',
  callbackUrl: 'https://qa.example.com',
  filter: { eventTypes: ['speechEngineUpdated'], speechEngineIds: [] },
  headers: {},
  retryPolicy: null,
  ...over,
});

const live = (over: JsonObject = {}) => webhook.liveState(entity(over), (id) => (id === 'engine-1' ? ivr : id));

const resource = (spec: JsonObject) => ({
  identity: { kind: 'Webhook' as const, name: 'QA' },
  spec: { callbackUrl: 'https://qa.example.com', eventTypes: ['speechEngineUpdated'], ...spec },
  previousNames: [],
  origins: new Map(),
  source: { file: 'qa.yaml', line: 1, column: 1 },
});

const desired = (spec: JsonObject) => webhook.desiredState(resource(spec));

/** Headers of a manifest with these names. */
const named = (...names: string[]) => ({
  headers: Object.fromEntries(names.map((name) => [name, { fromEnv: 'CXONE_WEBHOOK_X' }])),
});

/** What a request of a manifest with these headers is made from, where live has those. */
const contextOf = (spec: JsonObject, over: JsonObject | null = null, sendsSecrets = false): BodyContext => ({
  sendsSecrets,
  resource: resource(spec),
  live: over === null ? null : entity(over),
  remoteIdOf: (identity: string) => `id of ${identity}`,
  headerValue: (header: string) => `value of ${header}`,
});

describe('the state of a webhook', () => {
  test('is the same from a manifest and from an answer that say the same', () => {
    const state = {
      name: 'QA',
      callbackUrl: 'https://qa.example.com/',
      eventTypes: ['speechEngineUpdated'],
      engines: [],
      headers: [],
      retryPolicy: { maxRetries: 3, retryIntervalMs: 5000 },
    };
    expect(live()).toEqual(state);
    expect(desired({})).toEqual(state);
  });

  test('holds event types and engines as sorted sets, and names engines where they resolve', () => {
    const filter = { eventTypes: ['b', 'a', 'b'], speechEngineIds: ['zz', 'engine-1', 'engine-1'] };
    expect(live({ filter })).toMatchObject({ eventTypes: ['a', 'b'], engines: [ivr, 'zz'] });
    expect(desired({ engines: ['b', 'a'] })).toMatchObject({ engines: ['a', 'b'] });
  });

  test('holds the names of headers in lower case and in order, and never a value', () => {
    expect(JSON.stringify(live({ headers: { 'X-B': 'secret-b', 'X-A': 'secret-a' } }))).not.toContain('secret');
    expect(live({ headers: { 'X-B': '***', 'x-a': '***' } })).toMatchObject({ headers: ['x-a', 'x-b'] });
    expect(desired(named('x-B', 'X-A'))).toMatchObject({ headers: ['x-a', 'x-b'] });
  });

  test('holds two live spellings of one header as two, which is a difference', () => {
    const twice = live({ headers: { 'X-A': '***', 'x-a': '***' } });
    expect(twice).toMatchObject({ headers: ['x-a', 'x-a'] });
    expect(diffStates(webhook, twice, desired(named('X-A')))).toEqual([
      { path: '/headers/x-a#2', before: 'x-a', after: null },
    ]);
  });

  test('has no header that a server keeps as null', () => {
    expect(live({ headers: { 'X-A': null, 'x-b': '***' } })).toMatchObject({ headers: ['x-b'] });
  });

  test.each([
    ['HTTPS://QA.Example.com', 'https://qa.example.com/'],
    ['https://qa.example.com:443/Hook', 'https://qa.example.com/Hook'],
    ['http://qa.example.com:80', 'http://qa.example.com/'],
    ['https://qa.example.com:80/', 'https://qa.example.com:80/'],
    ['https://qa.example.com:/a', 'https://qa.example.com/a'],
    ['https://User@QA.example.com/A/../b%2fC/?Q=A', 'https://User@qa.example.com/A/../b%2fC/?Q=A'],
    ['https://qa.example.com?a', 'https://qa.example.com/?a'],
    ['https://[2001:DB8::1]:443', 'https://[2001:db8::1]/'],
    ['https://[2001:DB8::1]:8443/a', 'https://[2001:db8::1]:8443/a'],
    ['https://BÜCHER.example/ ', 'https://bÜcher.example/ '],
    ['no address', 'no address'],
  ])('compares the callback address %s as %s, and changes nothing else', (written, compared) => {
    expect(live({ callbackUrl: written })).toMatchObject({ callbackUrl: compared });
    expect(desired({ callbackUrl: written })).toMatchObject({ callbackUrl: compared });
  });

  test('fills in each member of the retry policy by itself', () => {
    expect(live({ retryPolicy: { maxRetries: 0 } })).toMatchObject({
      retryPolicy: { maxRetries: 0, retryIntervalMs: 5000 },
    });
    expect(desired({ retryPolicy: { retryIntervalMs: 0, maxRetries: null } })).toMatchObject({
      retryPolicy: { maxRetries: 3, retryIntervalMs: 0 },
    });
  });
});

describe('the body of a webhook', () => {
  test('of a POST has ids for engines, and values for headers as the manifest spells them', () => {
    const spec = { engines: [ivr], ...named('X-A') };
    expect(webhook.createBody(desired(spec), contextOf(spec))).toEqual({
      name: 'QA',
      callbackUrl: 'https://qa.example.com/',
      filter: { eventTypes: ['speechEngineUpdated'], speechEngineIds: [`id of ${ivr}`] },
      headers: { 'X-A': 'value of X-A' },
      retryPolicy: { maxRetries: 3, retryIntervalMs: 5000 },
    });
  });

  test('of a PATCH asks for no secret while the headers stay, in whatever spelling', () => {
    const headers = { 'x-a': '***' };
    const spec = { callbackUrl: 'https://new.example.com/', ...named('X-A') };
    const context = { ...contextOf(spec, { headers }), headerValue: (header: string) => noContext.headerValue(header) };
    expect(webhook.updateBody(live({ headers }), desired(spec), context)).toEqual({
      callbackUrl: 'https://new.example.com/',
    });
  });

  test('of a PATCH sends headers whole, with null for one that goes', () => {
    const headers = { 'X-A': '***', 'X-B': '***' };
    const spec = named('X-B', 'X-C');
    expect(webhook.updateBody(live({ headers }), desired(spec), contextOf(spec, { headers }))).toEqual({
      headers: { 'X-A': null, 'X-B': 'value of X-B', 'X-C': 'value of X-C' },
    });
  });

  test('of a PATCH sends a header once that is live under another spelling, and null for that, first', () => {
    const headers = { 'x-a': '***', 'X-a': '***' };
    const spec = named('X-A');
    const body = webhook.updateBody(live({ headers }), desired(spec), contextOf(spec, { headers }));
    expect(JSON.stringify(body)).toBe('{"headers":{"x-a":null,"X-a":null,"X-A":"value of X-A"}}');
  });

  test('of a PATCH sends all header values where secrets are to be sent, and nothing else that stays', () => {
    const headers = { 'X-A': '***', 'X-B': '***' };
    const spec = named('X-A', 'X-B');
    expect(webhook.updateBody(live({ headers }), desired(spec), contextOf(spec, { headers }, true))).toEqual({
      headers: { 'X-A': 'value of X-A', 'X-B': 'value of X-B' },
    });
  });

  test('of a PATCH sends the filter whole when either of its sets changes', () => {
    const before = live({ filter: { eventTypes: ['a'], speechEngineIds: ['engine-1'] } });
    expect(webhook.updateBody(before, { ...before, engines: [] }, contextOf({}, {}))).toEqual({
      filter: { eventTypes: ['a'], speechEngineIds: [] },
    });
    expect(webhook.updateBody(before, { ...before, eventTypes: ['a', 'b'] }, contextOf({}, {}))).toEqual({
      filter: { eventTypes: ['a', 'b'], speechEngineIds: [`id of ${ivr}`] },
    });
  });
});

test('a webhook depends on the engines that it names', () => {
  expect(webhook.dependsOn(desired({ engines: [ivr] }))).toEqual([ivr]);
  expect(webhook.dependsOn(desired({}))).toEqual([]);
});
