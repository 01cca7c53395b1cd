import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { signCheckpoint } from '../../src/ledger/checkpoint/checkpoint.js';
import { keyBody } from '../../src/ledger/checkpoint/key-entry.js';
import { parseSigningKey, privateKeyText } from '../../src/ledger/checkpoint/signing-key.js';
import { secretDigest } from '../../src/ledger/secret-digest.js';
import { fakeClock, inLedger, prodFile, START, temporaryFolder, vectorChange, vectorOfOtherKinds } from './sample.js';

const DOCS = readFileSync(new URL('../../docs/ledger.md', import.meta.url), 'utf8');

/** What stands between the fences of the first block of a language, or a later one. */
function block(language: string, index = 0): string {
  const blocks = [...DOCS.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gsu'))];
  return blocks[index]?.[1] ?? '';
}

test('the test vector of docs/ledger.md is what the ledger writes, byte for byte', async () => {
  const folder = temporaryFolder();
  const clock = fakeClock(START);
  const randomId = () => '0a7c5a53-6b0e-4f0b-9d5e-2f6c1f6d8b11';
  await inLedger(folder, (ledger) => vectorChange(ledger, clock), { clock, randomId });
  expect(block('jsonl')).toBe(readFileSync(prodFile(folder), 'utf8'));
});

test('the second test vector of docs/ledger.md is what the ledger writes, byte for byte', async () => {
  const folder = temporaryFolder();
  const randomId = () => '0a7c5a53-6b0e-4f0b-9d5e-2f6c1f6d8b11';
  await inLedger(folder, vectorOfOtherKinds, { randomId });
  expect(block('jsonl', 1)).toBe(readFileSync(prodFile(folder), 'utf8'));
});

test('the digest and the trustHash of the second test vector are those of the values that the page names', async () => {
  const [, trust, , , , secret] = block('jsonl', 1)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(await secretDigest('s3cr3t', secret.salt)).toBe(secret.digest);
  const text = block('text', 1).replace(/\n$/u, '');
  expect(createHash('sha256').update(text).digest('hex')).toBe(trust.trustHash);
});

test('the hash of the first line in docs/ledger.md is the SHA-256 of the text that stands there', () => {
  const text = block('text').replace(/\n$/u, '');
  const first = JSON.parse(block('jsonl').split('\n')[0] ?? '');
  expect(createHash('sha256').update(text).digest('hex')).toBe(first.hash);
});

test('the keys and the signed notes of docs/ledger.md are what its seed and its first test vector give', () => {
  const seed = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
  const read = parseSigningKey(privateKeyText('cxone-gitops', seed));
  if (read === undefined) throw new Error('no key');
  const { key, secrets } = read;
  expect(block('keys')).toBe(`${secrets[0]}\n${key.text}\n`);
  const [genesis, , , , last] = block('jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const origin = `${genesis.ledgerId}/${genesis.environment}`;
  expect(block('note')).toBe(signCheckpoint(key, { origin, size: last.seq, head: last.hash }));
  expect(block('note', 1)).toBe(keyBody({ origin, seq: 2, prev: genesis.hash }, key, undefined).note);
  const next = parseSigningKey(privateKeyText('next', Buffer.from(seed.map((byte) => byte + 32))))?.key;
  if (next === undefined) throw new Error('no key');
  expect(block('note', 2)).toBe(keyBody({ origin, seq: 6, prev: last.hash }, next, key).note);
});

test('every line of the test vector hashes as docs/ledger.md says, computed without our code', () => {
  const lines = block('jsonl').trimEnd().split('\n');
  expect(lines).toHaveLength(5);
  let prev = '0'.repeat(64);
  for (const line of lines) {
    const { hash } = JSON.parse(line);
    // A canonical line without its hash is the line with that one member cut out.
    const text = line.replace(`"hash":"${hash}",`, '');
    expect(createHash('sha256').update(`cxone-gitops-ledger/v1\n${text}`).digest('hex')).toBe(hash);
    expect(line).toContain(`"prev":"${prev}"`);
    prev = hash;
  }
});
