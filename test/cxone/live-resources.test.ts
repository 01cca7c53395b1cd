import { expect, test } from 'vitest';
import { engine, writerOf } from './client.js';
import { json, serve } from './scripted-server.js';

test('an id that holds a secret of the run is refused, in a list and alone: ids are recorded', async () => {
  const credentials = { clientId: 'pipeline', clientSecret: 'secret-of-the-client' };
  const echo = engine(`id-${credentials.clientSecret}`);
  const list = await serve((_request, response) => json(response, 200, { entities: [engine('a'), echo] }));
  await expect(writerOf(list, { credentials }).listEngines()).rejects.toMatchObject({
    code: 'ApiError',
    message: 'A row of GET /api/v2/speech/engines has an id that holds a secret of this run.',
  });
  const other = { clientId: 'pipeline', clientSecret: 'another-secret' };
  expect(await writerOf(list, { credentials: other }).listEngines()).toHaveLength(2);
});

test('the answer of a GET by id must be of that id', async () => {
  const server = await serve((_request, response) => json(response, 200, engine('b')));
  await expect(writerOf(server).getEngine('a')).rejects.toMatchObject({
    code: 'ApiError',
    message: 'The answer of GET /api/v2/speech/engines/a has the id of another resource.',
  });
  expect(await writerOf(server).getEngine('b')).toMatchObject({ remoteId: 'b' });
});
