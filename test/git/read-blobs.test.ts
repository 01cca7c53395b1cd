import { expect, it } from 'vitest';
import { openGit } from '../../src/git/git.js';
import { readBlobs } from '../../src/git/read-blobs.js';
import { cleanEnvironment, makeRepository } from './repository.js';

it('reads blobs of any bytes by one git process, and leaves out what is none', async () => {
  const repository = makeRepository();
  const contents = [
    Buffer.from('one\n'),
    Buffer.alloc(0),
    Buffer.from([0, 10, 255, 10, 10]),
    Buffer.from('no line feed'),
  ];
  contents.forEach((bytes, index) => {
    repository.write(`${index}`, bytes);
  });
  repository.write('below/file', 'x');
  repository.commit();
  const idOf = (name: string) => repository.git('rev-parse', `HEAD:${name}`).trim();
  const ids = contents.map((_, index) => idOf(`${index}`));
  let started = 0;
  const git: ReturnType<typeof openGit> = (...args) => {
    started += 1;
    return openGit(cleanEnvironment)(...args);
  };
  const asked = [idOf('below'), 'f'.repeat(40), ...ids];
  const blobs = await readBlobs(git, repository.root, asked);
  expect([...blobs]).toEqual(ids.map((id, index) => [id, contents[index]]));
  expect(started).toBe(1);
  expect(await readBlobs(async () => undefined, repository.root, ids)).toEqual(new Map());
});
