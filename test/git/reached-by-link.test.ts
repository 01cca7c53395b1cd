import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { reachedByLink } from '../../src/git/reached-by-link.js';
import { makeRepository } from './repository.js';

test.each([
  ['the folder', 'environments', 'docs/example', 'environments'],
  ['a folder above it', 'config', 'docs', 'config/example'],
  ['the top of the repository', 'environments', '.', 'environments'],
])('a link in the repository is seen where it is %s', (_what, link, to, asked) => {
  const { root } = makeRepository();
  mkdirSync(path.join(root, 'docs/example'), { recursive: true });
  symlinkSync(to, path.join(root, link));
  expect(reachedByLink(root, path.join(root, asked))).toBe(true);
  expect(reachedByLink(root, path.join(root, 'docs/example'))).toBe(false);
});

test('a link outside it is the business of who made it', () => {
  const [{ root }, outside] = [makeRepository(), makeRepository()];
  mkdirSync(path.join(root, 'environments'));
  symlinkSync(root, path.join(outside.root, 'checkout'));
  symlinkSync(path.join(root, 'environments'), path.join(outside.root, 'manifests'));
  expect(reachedByLink(root, path.join(outside.root, 'checkout/environments'))).toBe(false);
  expect(reachedByLink(root, path.join(outside.root, 'manifests'))).toBe(false);
});
