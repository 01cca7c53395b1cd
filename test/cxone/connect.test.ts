import { expect, onTestFinished, test } from 'vitest';
import { openCalls } from '../../src/cxone/calls.js';
import { openReader } from '../../src/cxone/connect.js';
import { connectOptions, engine, writerOf } from './client.js';
import { json, refuse, serve } from './scripted-server.js';

const webhook = { webhookId: 'w1', name: 'QA', callbackUrl: 'https://qa.example.com', filter: { eventTypes: [] } };

test('reads an engine, with the ETag of the header before that of the member', async () => {
  const server = await serve((_request, response) => json(response, 200, engine('e1'), { etag: '"header"' }));
  expect(await writerOf(server).getEngine('e1')).toEqual({
    identity: { kind: 'SpeechEngine', name: 'Engine e1', version: '1.0.0' },
    remoteId: 'e1',
    entity: engine('e1'),
    etag: '"header"',
  });
});

test('reads a webhook from the list, since the API has no GET of one', async () => {
  const other = { ...webhook, webhookId: 'w0', name: 'Other' };
  const server = await serve((_request, response) => json(response, 200, { entities: [other, webhook] }));
  const live = await writerOf(server).getWebhook('w1');
  expect(live).toEqual({ identity: { kind: 'Webhook', name: 'QA' }, remoteId: 'w1', entity: webhook });
});

test('what the API says is not there is undefined', async () => {
  const server = await serve((_request, response) => refuse(response, 404, 'no such engine'));
  expect(await writerOf(server).getEngine('e1')).toBeUndefined();
});

test.each(['../webhooks/w1', '', 'a/b', 'a?b', 'a'.repeat(129)])('the id %j never enters a path', async (id) => {
  const server = await serve((_request, response) => json(response, 200, engine('e1')));
  const writer = writerOf(server);
  await expect(writer.getEngine(id)).rejects.toThrow('is no remote id');
  await expect(writer.update('SpeechEngine', id, {})).rejects.toThrow('is no remote id');
  await expect(writer.listAuditLogs({ targetId: id })).rejects.toThrow('is no remote id');
  expect(server.received).toEqual([]);
});

test('keeps the path of the base URL', async () => {
  const server = await serve((_request, response) => json(response, 200, engine('e1')));
  const endpoint = { baseUrl: `${server.origin}/proxy/`, tokenUrl: `${server.origin}/oauth/token` };
  await writerOf(server, { endpoint }).getEngine('e1');
  expect(server.received.at(-1)?.path).toBe('/proxy/api/v2/speech/engines/e1');
});

test('a reader has nothing to write with, and its transport refuses to', async () => {
  const server = await serve((_request, response) => json(response, 200, { entities: [] }));
  const reader = openReader(connectOptions(server));
  onTestFinished(() => reader.close());
  expect(await reader.listEngines()).toEqual([]);
  expect(Object.keys(reader)).not.toEqual(expect.arrayContaining(['create']));
  expect(Object.keys(reader)).not.toEqual(expect.arrayContaining(['update']));

  const calls = openCalls(connectOptions(server), ['GET']);
  onTestFinished(() => calls.close());
  for (const [method, path] of [
    ['POST', '/api/v2/speech/engines'],
    ['PATCH', '/api/v2/speech/engines/e1'],
    ['POST', '/oauth/token/x'],
    ['PATCH', '/oauth/token'],
  ] as const) {
    await expect(calls.run({ method, path, body: '{}' })).rejects.toThrow(`This client may not send ${method}`);
  }
  expect(server.received.filter(({ path }) => path !== '/oauth/token')).toHaveLength(1);
});
