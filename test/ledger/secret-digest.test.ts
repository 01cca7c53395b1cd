import { scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { secretDigest } from '../../src/ledger/secret-digest.js';

const salt = '000102030405060708090a0b0c0d0e0f';

test('the digest of a secret is the scrypt that docs/ledger.md fixes', async () => {
  const options = { N: 32_768, r: 8, p: 1, maxmem: 2 ** 26 };
  const wanted = scryptSync('a value of a header', Buffer.from(salt, 'hex'), 32, options).toString('hex');
  expect(await secretDigest('a value of a header', salt)).toBe(wanted);
  // Fixed for good: a ledger outlives this program.
  expect(wanted).toBe('cf44ebc3c8f571fc40cb83ef0e046400c87b773b0ed71d4bb2eab17c3e8cadb7');
});

test('another salt or another value gives another digest', async () => {
  const digest = await secretDigest('a value of a header', salt);
  expect(await secretDigest('a value of a header', `f${salt.slice(1)}`)).not.toBe(digest);
  expect(await secretDigest('A value of a header', salt)).not.toBe(digest);
});
