import { expect, test } from 'vitest';
import { openMask } from '../../src/model/mask.js';

const secret = 'päss/w+"ö?>rd';

test('a secret is masked raw, URL-encoded, inside JSON, and in base64 with and without padding', () => {
  const { add, apply } = openMask();
  add(secret);
  const bytes = Buffer.from(secret);
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64url'),
    bytes.toString('base64').replace(/=+$/, ''),
  ];
  expect(new Set(forms).size).toBe(5);
  for (const form of forms) expect(apply(`a ${form} b ${form}`)).toBe('a *** b ***');
  expect(apply(`x ${bytes.toString('base64')}`)).toMatch(/^x \*\*\*=*$/);
});

test('a secret in the form of a query is masked', () => {
  const { add, apply } = openMask();
  add('a b+c/d');
  expect(apply(`client_secret=${new URLSearchParams({ s: 'a b+c/d' }).toString().slice(2)}&x`)).toBe(
    'client_secret=***&x',
  );
});

test('a secret that holds another is masked whole, whichever was added first', () => {
  const { add, apply } = openMask();
  add('token');
  add('token-and-more');
  expect(apply('token-and-more token')).toBe('*** ***');
});

test('values too short to be a secret are left, and a text without secrets is unchanged', () => {
  const { add, apply } = openMask();
  add('abc');
  add('');
  expect(apply('abc is the beginning')).toBe('abc is the beginning');
});
