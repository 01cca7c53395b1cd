import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellQuote } from '../../src/model/shell-quote.js';

test.each([
  'plain',
  'a b',
  "it's",
  '$(id)',
  '`id`',
  '"',
  '-x',
  '*',
  '~',
  '',
  'a;b',
  '\\',
  'SpeechEngine/IVR Main@1.0.0',
])('a shell reads %j back as it is', (word) => {
  expect(execFileSync('sh', ['-c', `printf %s ${shellQuote(word)}`], { encoding: 'utf8' })).toBe(word);
});

test('what needs no quotes has none', () => {
  expect(shellQuote('manifests/dev')).toBe('manifests/dev');
});
