import { expect, test } from 'vitest';
import { parseAnswer } from '../../src/cxone/parse-answer.js';

const parse = (text: string) => parseAnswer(Buffer.from(text, 'utf8'));

test('reads JSON', () => {
  expect(parse('{"a":[1,"ü",null]}')).toEqual({ json: { a: [1, 'ü', null] } });
});

test.each(['__proto__', 'constructor', 'prototype', ''])('refuses the member name %j wherever it is', (name) => {
  const fault = `the member ${JSON.stringify(name)} at "/entities/1/a~1b", which is not accepted`;
  expect(parse(`{"entities":[{},{"a/b":{${JSON.stringify(name)}:1}}]}`)).toEqual({ fault });
});

test('sees through an escaped member name', () => {
  expect(parse(String.raw`{"\u005f_proto__":{"polluted":true}}`)).toHaveProperty('fault');
  expect({}).not.toHaveProperty('polluted');
});

test.each([
  ['nothing', Buffer.alloc(0), 'an empty body'],
  ['half a document', Buffer.from('{"a":'), 'a body that is not JSON'],
  ['a page', Buffer.from('<html>'), 'a body that is not JSON'],
  ['Latin-1', Buffer.from([0x22, 0xfc, 0x22]), 'a body that is not UTF-8'],
  ['a lone surrogate', Buffer.from(String.raw`{"name":"\ud800"}`), 'broken text at "/name"'],
  ['a number that is none', Buffer.from('{"n":1e999}'), 'a number out of range at "/n"'],
])('refuses %s', (_what, body, fault) => {
  expect(parseAnswer(body)).toEqual({ fault });
});

test('refuses what is nested too deep, however deep', () => {
  expect(parse('['.repeat(200_000) + ']'.repeat(200_000))).toHaveProperty('fault');
  expect(parse('['.repeat(101) + ']'.repeat(101))).toEqual({ fault: 'values nested more than 100 deep' });
  expect(parse('['.repeat(100) + ']'.repeat(100))).toHaveProperty('json');
});
