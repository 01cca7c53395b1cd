import { expect, test } from 'vitest';
import type { AuditEvent } from '../../src/model/generated/ledger-entry.js';
import { writerOf } from './client.js';
import { hang, json, page, refuse, type Script, serve } from './scripted-server.js';

const event: AuditEvent = {
  source: 'AutomatedConfigurator',
  eventType: 'speech.engine.configuration',
  targetId: 'e1',
  action: 'DEPLOY',
  payloadHash: 'a'.repeat(64),
  timestamp: '2026-01-31T12:00:00Z',
};

test('sends exactly the six members, and gives the log id', async () => {
  const server = await serve((_request, response) => json(response, 201, { logId: 'log-1' }));
  const withMore = { ...event, secret: 'no' };
  expect(await writerOf(server).postAuditLog(withMore)).toEqual({
    outcome: 'delivered',
    logId: 'log-1',
    correlationId: 'id-2',
  });
  const sent = server.received.at(-1);
  expect(sent).toMatchObject({ method: 'POST', path: '/api/v2/audit/logs' });
  expect(JSON.parse(sent?.body ?? '')).toEqual(event);
});

test.each<[string, Script]>([
  ['an empty 200', page(200, '')],
  ['a 200 without logId', (_request, response) => json(response, 200, { ok: true })],
  ['a 500', (_request, response) => refuse(response, 500, 'oops')],
  ['a hang', hang],
])('after %s it is unknown whether the event arrived', async (_what, script) => {
  const server = await serve(script);
  expect(await writerOf(server, { timeoutMs: 100 }).postAuditLog(event)).toMatchObject({ outcome: 'unknown' });
  expect(server.received).toHaveLength(2);
});

test('a refused event names the scope', async () => {
  const server = await serve((_request, response) => refuse(response, 403, 'missing scope'));
  expect(await writerOf(server).postAuditLog(event)).toMatchObject({
    outcome: 'refused',
    code: 'forbidden',
    hint: expect.stringContaining('audit:log:write'),
  });
});

test('lists the entries of a target, and leaves out what is no text', async () => {
  const rows = [
    { logId: 'log-1', ...event, id: 'extra' },
    { logId: 'log-2', source: 'Console', payloadHash: null },
  ];
  const server = await serve((_request, response) => json(response, 200, { entities: rows, nextPageToken: null }));
  const listed = await writerOf(server).listAuditLogs({ targetId: 'e1', from: '2026-01-31T11:00:00Z' });
  expect(listed).toEqual([
    { logId: 'log-1', ...event },
    { logId: 'log-2', source: 'Console' },
  ]);
  expect(Object.fromEntries(server.received.at(-1)?.query ?? [])).toEqual({
    targetId: 'e1',
    from: '2026-01-31T11:00:00Z',
    pageSize: '100',
  });
});

test.each([[7], [{ source: 'x' }], [{ logId: '' }]])('an entry like %j is an error that names it', async (row) => {
  const server = await serve((_request, response) => json(response, 200, { entities: [row] }));
  await expect(writerOf(server).listAuditLogs({ targetId: 'e1' })).rejects.toMatchObject({
    code: 'ApiError',
    message: expect.stringContaining('row 1 of page 1 of GET /api/v2/audit/logs'),
  });
});
