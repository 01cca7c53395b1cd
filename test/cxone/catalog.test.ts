import { expect, test } from 'vitest';
import { writerOf } from './client.js';
import { json, type Script, serve } from './scripted-server.js';

const paths = { listModels: '/api/v2/speech/models', listProfiles: '/api/v2/speech/profiles' } as const;

async function clientOf(...rows: unknown[]) {
  return writerOf(await serve((_request, response) => json(response, 200, { entities: rows, nextPageToken: null })));
}

test('rows are sorted by id, of all pages, each id once', async () => {
  const pages: Record<string, unknown> = {
    '': { entities: [{ id: 'b' }, { id: 'c', name: 'old' }], nextPageToken: 'two' },
    two: { entities: [{ id: 'a' }, { id: 'c', name: 'new' }], nextPageToken: '' },
  };
  const script: Script = ({ query }, response) => json(response, 200, pages[query.get('pageToken') ?? '']);
  const writer = writerOf(await serve(script));
  const rows = [{ id: 'a' }, { id: 'b' }, { id: 'c', name: 'new' }];
  expect(await writer.listModels()).toEqual({ rows, unusable: 0 });
});

test('members that the catalogue does not know are left out, and those of another type', async () => {
  const model = { id: 'm', name: 7, locale: ['en-US'], tier: null, features: 'standard', status: {}, createdAt: 'x' };
  const whole = {
    id: 'n',
    name: 'N',
    locale: 'en-US',
    tier: 'premium',
    features: ['b', 7, 'a', 'b'],
    status: 'active',
  };
  expect(await (await clientOf(whole, model)).listModels()).toEqual({
    rows: [{ id: 'm' }, { ...whole, features: ['a', 'b'] }],
    unusable: 0,
  });
  const { tier: _noTier, features: _noFeatures, ...profile } = whole;
  expect(await (await clientOf(whole)).listProfiles()).toEqual({ rows: [profile], unusable: 0 });
});

test.each([
  [{ id: '../engines' }],
  [{ id: 'a b' }],
  [{ id: 7 }],
  [{ id: '' }],
  [{ id: 'x'.repeat(129) }],
  ['m'],
  [null],
])('the row %j is left out and counted', async (row) => {
  expect(await (await clientOf({ id: 'm' }, row)).listModels()).toEqual({ rows: [{ id: 'm' }], unusable: 1 });
});

test('texts are bounded: a name is cut to one line, a cut word of a vocabulary would be another word', async () => {
  const long = 'x'.repeat(65);
  const writer = await clientOf({
    id: 'm',
    name: `a\r\nb \u0007${'n'.repeat(9000)}`,
    locale: long,
    tier: 'a\nb',
    features: [...Array.from({ length: 100 }, (_, index) => `f${index}`), long, ''],
    status: '',
  });
  const listed = await writer.listModels();
  if (listed === 'unsupported') throw new Error('it is supported');
  const [row] = listed.rows;
  expect(Object.keys(row ?? {})).toEqual(['id', 'name', 'features']);
  expect(row?.name).toMatch(/^a b n{251}…$/);
  expect(row?.features).toHaveLength(64);
});

test('a name that is cut within a character keeps no half of it', async () => {
  const writer = await clientOf({ id: 'm', name: `${' '.repeat(1023)}😀` });
  expect(await writer.listModels()).toEqual({ rows: [{ id: 'm', name: '\ufffd' }], unusable: 0 });
});

test.each(['listModels', 'listProfiles'] as const)('%s asks its own path, and names its scope', async (method) => {
  const refused = await serve((_request, response) => json(response, 403, { code: 'forbidden', message: 'no' }));
  const scope = method === 'listModels' ? 'speech:model:read' : 'speech:profile:read';
  await expect(writerOf(refused)[method]()).rejects.toMatchObject({
    code: 'AuthError',
    hint: expect.stringContaining(scope),
  });
  expect(refused.received.at(-1)?.path).toBe(paths[method]);
});

test.each([404, 405, 501])('a list that is answered %i is unsupported', async (status) => {
  const server = await serve((_request, response) => json(response, status, { code: 'x', message: 'no such list' }));
  expect(await writerOf(server).listModels()).toBe('unsupported');
});
