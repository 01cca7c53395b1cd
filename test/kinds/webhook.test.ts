import { describe, expect, test } from 'vitest';
import { webhook } from '../../src/kinds/webhook.js';
import type { JsonObject } from '../../src/model/json.js';
import { noContext } from './sample.js';

const ivr = 'SpeechEngine/IVR@1.0.0';
const context = {
  sendsSecrets: false,
  remoteIdOf: (identity: string) => `id of ${identity}`,
  headerValue: (header: string) => `value of ${header}`,
};

const live = (over: JsonObject = {}) =>
  webhook.liveState(
    {
      webhookId: 'hook-1',
      name: 'QA',
      callbackUrl: 'https://qa.example.com',
      filter: { eventTypes: ['speechEngineUpdated'], speechEngineIds: [] },
      headers: {},
      retryPolicy: null,
      ...over,
    },
    (id) => (id === 'engine-1' ? ivr : id),
  );

const desired = (spec: JsonObject) =>
  webhook.desiredState({
    identity: { kind: 'Webhook', name: 'QA' },
    spec: { callbackUrl: 'https://qa.example.com', eventTypes: ['speechEngineUpdated'], ...spec },
    previousNames: [],
    origins: new Map(),
    source: { file: 'qa.yaml', line: 1, column: 1 },
  });

describe('the state of a webhook', () => {
  test('is the same from a manifest and from an answer that say the same', () => {
    const state = {
      name: 'QA',
      callbackUrl: 'https://qa.example.com',
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

  test('holds the names of headers in order, and never a value', () => {
    expect(JSON.stringify(live({ headers: { 'X-B': 'secret-b', 'X-A': 'secret-a' } }))).not.toContain('secret');
    expect(live({ headers: { 'X-B': '***', 'X-A': '***' } })).toMatchObject({ headers: ['X-A', 'X-B'] });
    const fromEnv = { 'X-B': { fromEnv: 'CXONE_WEBHOOK_B' }, 'X-A': { fromEnv: 'CXONE_WEBHOOK_A' } };
    expect(desired({ headers: fromEnv })).toMatchObject({ headers: ['X-A', 'X-B'] });
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
  test('of a POST has ids for engines and values for headers', () => {
    const state = desired({ engines: [ivr], headers: { 'X-A': { fromEnv: 'CXONE_WEBHOOK_A' } } });
    expect(webhook.createBody(state, context)).toEqual({
      name: 'QA',
      callbackUrl: 'https://qa.example.com',
      filter: { eventTypes: ['speechEngineUpdated'], speechEngineIds: [`id of ${ivr}`] },
      headers: { 'X-A': 'value of X-A' },
      retryPolicy: { maxRetries: 3, retryIntervalMs: 5000 },
    });
  });

  test('of a PATCH asks for no secret while the headers stay', () => {
    const before = live({ headers: { 'X-A': '***' } });
    const after = { ...before, callbackUrl: 'https://new.example.com' };
    expect(webhook.updateBody(before, after, noContext)).toEqual({ callbackUrl: 'https://new.example.com' });
  });

  test('of a PATCH sends headers whole, with null for one that goes', () => {
    const before = live({ headers: { 'X-A': '***', 'X-B': '***' } });
    const after = { ...before, headers: ['X-B', 'X-C'] };
    expect(webhook.updateBody(before, after, context)).toEqual({
      headers: { 'X-A': null, 'X-B': 'value of X-B', 'X-C': 'value of X-C' },
    });
  });

  test('of a PATCH sends all header values where secrets are to be sent, and nothing else that stays', () => {
    const before = live({ headers: { 'X-A': '***', 'X-B': '***' } });
    expect(webhook.updateBody(before, before, { ...context, sendsSecrets: true })).toEqual({
      headers: { 'X-A': 'value of X-A', 'X-B': 'value of X-B' },
    });
  });

  test('of a PATCH sends the filter whole when either of its sets changes', () => {
    const before = live({ filter: { eventTypes: ['a'], speechEngineIds: ['engine-1'] } });
    expect(webhook.updateBody(before, { ...before, engines: [] }, context)).toEqual({
      filter: { eventTypes: ['a'], speechEngineIds: [] },
    });
    expect(webhook.updateBody(before, { ...before, eventTypes: ['a', 'b'] }, context)).toEqual({
      filter: { eventTypes: ['a', 'b'], speechEngineIds: [`id of ${ivr}`] },
    });
  });
});

test('a webhook depends on the engines that it names', () => {
  expect(webhook.dependsOn(desired({ engines: [ivr] }))).toEqual([ivr]);
  expect(webhook.dependsOn(desired({}))).toEqual([]);
});
