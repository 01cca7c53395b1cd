import { expect, test } from 'vitest';
import { refuseMasked } from '../../../src/commands/secrets/refuse-masked.js';
import { KnownError } from '../../../src/model/known-error.js';
import { openMask } from '../../../src/model/mask.js';
import { jsonReport } from '../../../src/report/json.js';

const secret = 'a "quoted" <secret>';

/** What is said of a file that holds a value; undefined where it may be written. */
function refusalOf(value: unknown, text = jsonReport(value)): string | undefined {
  const mask = openMask();
  mask.add(secret);
  try {
    refuseMasked(mask, { name: '--out p.json', text, value });
    return undefined;
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    expect(error.exitCode).toBe(3);
    return error.message.replace('--out p.json: the value of a secret is part of ', '');
  }
}

test('a file without a secret may be written, and so may one that holds *** of its own', () => {
  expect(refusalOf({ changes: [{ name: '*** do not touch ***' }] })).toBeUndefined();
});

test.each<[string, unknown, string]>([
  ['a value, however JSON spells it', { changes: [{ name: 'x' }, { name: `IVR ${secret}` }] }, '/changes/1/name'],
  ['a base64 of it', { a: Buffer.from(secret).toString('base64') }, '/a'],
  ['the name of a member', { content: { [secret]: 1 } }, `/content/${secret}`],
  [
    'several',
    Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => [name, secret])),
    '/a, /b, /c, /d, /e, and 2 more',
  ],
])('a secret in %s is named by its members', (_where, value, members) => {
  const mask = openMask();
  mask.add(secret);
  expect(mask.apply(refusalOf(value) ?? '')).toBe(mask.apply(members));
});

test('a secret that no member holds alone is found in the text', () => {
  expect(refusalOf({}, `{"a":"${secret}"}`)).toBe('its text');
});
