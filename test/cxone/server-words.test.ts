import { expect, test } from 'vitest';
import type { Answer } from '../../src/cxone/exchange.js';
import { serverWords, wordsText } from '../../src/cxone/server-words.js';
import { openMask } from '../../src/model/mask.js';

const answer = (body: string, over: Partial<Answer> = {}): Answer => ({
  kind: 'answer',
  status: 400,
  headers: {},
  body: Buffer.from(body),
  ...over,
});
const words = (body: string, over?: Partial<Answer>) => wordsText(serverWords(answer(body, over), (text) => text));

test('gives the API’s own message with the details that it does not name', () => {
  const body = {
    message: 'locales differ',
    details: [
      { field: 'languageProfileId', code: 'x', message: 'is de-DE' },
      { field: 'a', message: 'locales differ' },
    ],
  };
  expect(words(JSON.stringify(body))).toBe('locales differ (languageProfileId: is de-DE)');
  expect(serverWords(answer(JSON.stringify(body)), String).details).toEqual([
    { field: 'languageProfileId', message: 'is de-DE' },
    { field: 'a', message: 'locales differ' },
  ]);
});

test.each([
  ['an OAuth error', '{"error":"invalid_client","error_description":"unknown client"}', 'unknown client'],
  ['an OAuth error without description', '{"error":"invalid_client"}', 'invalid_client'],
  ['a JSON object without words', '{"status":400}', 'no reason was given'],
  ['an empty body', '', 'the body is empty'],
  ['truncated JSON', '{"message":"ha', 'the body is not a JSON object: “{"message":"ha”'],
  ['a list', '[1]', 'the body is not a JSON object: “[1]”'],
  ['a page', '<html><title>Bad\nGateway</title>', 'a web page, “Bad Gateway”, which a proxy may have sent'],
  ['control characters', JSON.stringify({ message: 'a\u001b[31m\r\nb' }), 'a [31m b'],
])('has words for %s', (_what, body, expected) => {
  expect(words(body)).toBe(expected);
});

test('cuts what is long', () => {
  expect(words(JSON.stringify({ message: 'x'.repeat(1_000_000) }))).toHaveLength(300);
  expect(serverWords(answer(JSON.stringify({ details: Array(1000).fill('no') })), String).details).toHaveLength(20);
});

test('names where a redirect leads, without its query', () => {
  const redirect = { status: 302, headers: { location: 'https://evil.example/x?token=abc' } };
  expect(words('', redirect)).toBe('a redirect to https://evil.example/x, and redirects are never followed');
});

test('masks a secret before the text is cut, so that no half of one is left', () => {
  const mask = openMask();
  mask.add('s3cret/with+signs');
  const message = `${'x'.repeat(290)} s3cret/with+signs`;
  expect(wordsText(serverWords(answer(JSON.stringify({ message })), mask.apply))).not.toContain('s3cr');
});

test('masks a secret raw, in base64 and URL-encoded', () => {
  const mask = openMask();
  mask.add('s3cret/with+signs');
  mask.add('');
  const spellings = ['s3cret/with+signs', Buffer.from('s3cret/with+signs').toString('base64'), 's3cret%2Fwith%2Bsigns'];
  expect(spellings.map((text) => mask.apply(`<${text}>`))).toEqual(['<***>', '<***>', '<***>']);
});
