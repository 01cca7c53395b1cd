import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from '../../src/manifest/parse.js';
import { manifestText } from '../../src/manifest/write.js';
import type { JsonObject } from '../../src/model/json.js';

const schema = '../schemas/webhook.schema.json';

function reread(value: JsonObject): unknown {
  const [result, ...others] = parse(manifestText(value, { schema }));
  expect(others).toEqual([]);
  return result !== undefined && 'value' in result ? result.value : result;
}

function bodyOf(value: JsonObject): string {
  return manifestText(value, { schema }).split('\n').slice(1).join('\n');
}

describe('a manifest as text', () => {
  test('starts with the line that tells an editor its schema', () => {
    expect(manifestText({ kind: 'Webhook' }, { schema })).toBe(
      `# yaml-language-server: $schema=${schema}\nkind: Webhook\n`,
    );
  });

  test('has its comments where they belong', () => {
    const value = { kind: 'Webhook', spec: { engines: ['a'], retryPolicy: { maxRetries: 3 } } };
    const comments = { '/spec': 'What is called.', '/spec/retryPolicy/maxRetries': 'One\ntwo.', '/spec/none': 'Lost.' };
    expect(manifestText(value, { schema, head: 'Tells of changes.', comments })).toBe(
      `# yaml-language-server: $schema=${schema}
#
# Tells of changes.
kind: Webhook
# What is called.
spec:
  engines:
    - a
  retryPolicy:
    # One
    # two.
    maxRetries: 3
`,
    );
  });

  test.each(['on', 'No', 'y', 'null', '~', '1.0', '010', '0x1f', '1e3', '.inf', '1:30', '2026-01-01', 'true', ''])(
    'quotes the text %j, which YAML 1.1 or 1.2 would read otherwise',
    (text) => {
      expect(bodyOf({ text })).toBe(`text: '${text}'\n`);
      expect(bodyOf({ [text]: 1 })).toBe(`'${text}': 1\n`);
    },
  );

  test.each(['hello|hi|good morning', '2.1.0', 'https://qa.example.com/hook', 'Línea de atención', 'it’s'])(
    'leaves %j bare: it is nothing but text',
    (text) => {
      expect(bodyOf({ text })).toBe(`text: ${text}\n`);
    },
  );

  test('shows what nobody would see, or would see elsewhere, as an escape', () => {
    const text = 'a\u202eb\u0085\u007f\u00ad\u2028\u{e0041}\r\u001b[31m';
    expect(bodyOf({ text })).toBe('text: "a\\u202eb\\u0085\\u007f\\u00ad\\u2028\\U000e0041\\r\\e[31m"\n');
    expect(reread({ text, [text]: text })).toEqual({ text, [text]: text });
  });

  test('writes a long text on one line and several lines as several', () => {
    expect(bodyOf({ text: 'word '.repeat(50).trim() }).split('\n')).toHaveLength(2);
    expect(bodyOf({ text: 'one\ntwo\n' })).toBe('text: |\n  one\n  two\n');
  });

  test.each([' \n', 'a\n \nb', ' a\nb', 'a\n  '])('keeps the blanks of %j', (text) => {
    expect(reread({ text })).toEqual({ text });
    expect(bodyOf({ text })).toMatch(/^text: "/);
  });

  test('writes out what occurs twice', () => {
    const rule = { id: 'a' };
    expect(bodyOf({ one: rule, two: rule })).toBe('one:\n  id: a\ntwo:\n  id: a\n');
  });

  test('refuses half a character, which YAML can not hold', () => {
    expect(() => manifestText({ text: 'a\ud800' }, { schema })).toThrow('half a character');
  });
});

test('whatever it holds, reading it gives the same value', () => {
  const odd = [
    'on',
    'no',
    '1.0',
    '2026-01-01',
    'null',
    '- a',
    '? b',
    '# c',
    'a: b',
    ' lead',
    'trail ',
    "'",
    '"',
    '\\u0041',
  ];
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(' ', '\n', '\r', '\t', 'a', '#', ':', '-', '"', "'", '\u0085', '\u202e'),
      maxLength: 12,
    }),
    fc.constantFrom(...odd),
  );
  const key = text.filter((one) => !['', '__proto__', 'constructor', 'prototype'].includes(one));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      fc
        .double({ noDefaultInfinity: true, noNaN: true })
        .filter((number) => !Object.is(number, -0) && (!Number.isInteger(number) || Number.isSafeInteger(number))),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true }), (object) => {
      // Made of JSON alone.
      const json = object as JsonObject;
      expect(reread(json)).toEqual(json);
    }),
    { numRuns: 2000 },
  );
});
