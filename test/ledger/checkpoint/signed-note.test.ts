import { describe, expect, it } from 'vitest';
import {
  isNoteFault,
  MAX_NOTE,
  parseNote,
  type SignedNote,
  signatureOf,
  signNote,
} from '../../../src/ledger/checkpoint/signed-note.js';
import {
  type PublicKey,
  parsePublicKey,
  parseSigningKey,
  type SigningKey,
} from '../../../src/ledger/checkpoint/signing-key.js';
import { testKey } from '../keys.js';

/** The example of the package that the format comes from, golang.org/x/mod/sumdb/note. */
const neumann = {
  secret: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  open: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  line: '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};

/** An example of https://c2sp.org/signed-note, whose key it does not give. */
const salvatore = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
`;

const [ada, eve] = [testKey(1, 'ada'), testKey(2, 'eve')];

function noteOf(text: string): SignedNote {
  const note = parseNote(text);
  if (isNoteFault(note)) throw new Error(note.fault);
  return note;
}

function publicKey(text: string): PublicKey {
  const key = parsePublicKey(text);
  if (key === undefined) throw new Error(`no key: ${text}`);
  return key;
}

function signingKey(text: string): SigningKey {
  const read = parseSigningKey(text);
  if (read === undefined) throw new Error('no key');
  return read.key;
}

describe('a signed note', () => {
  it('is, byte for byte, what others make of the same text and key', () => {
    const key = signingKey(neumann.secret);
    expect(key.text).toBe(neumann.open);
    expect(signNote(neumann.text, [key])).toBe(`${neumann.text}\n${neumann.line}`);
  });

  it('of others holds under their key, and under no other', () => {
    const note = noteOf(`${neumann.text}\n${neumann.line}`);
    expect(note.text).toBe(neumann.text);
    expect(signatureOf(note, publicKey(neumann.open))).toBe('valid');
    expect(signatureOf(note, ada)).toBe('absent');
  });

  it('may hold empty lines and other scripts in its text, as the example of the format does', () => {
    expect(noteOf(salvatore)).toMatchObject({
      text: salvatore.slice(0, salvatore.indexOf('\n—')),
      signatures: [{ name: 'quasimodo.example/salvatore', id: '367ba04b' }],
    });
  });

  it('holds under each key that signed it, whoever else did', () => {
    const note = noteOf(signNote('text\n', [ada, eve]));
    expect([ada, eve, testKey(3)].map((key) => signatureOf(note, key))).toEqual(['valid', 'valid', 'absent']);
  });

  it('holds under no key once its text was changed', () => {
    const text = signNote('text\n', [ada, eve]).replace('text', 'test');
    expect([ada, eve].map((key) => signatureOf(noteOf(text), key))).toEqual(['invalid', 'invalid']);
  });

  it('that a key signed twice, once so that it does not hold, does not hold', () => {
    const [good, other] = [signNote('text\n', [ada]), signNote('other\n', [ada])];
    const both = `${good}${other.slice(other.indexOf('—'))}`;
    expect(signatureOf(noteOf(both), ada)).toBe('invalid');
  });

  it('is not taken for that of another key that has its name, or its id', () => {
    const note = noteOf(signNote('text\n', [ada]));
    expect(signatureOf(note, testKey(9, 'ada'))).toBe('absent');
    expect(signatureOf(note, { ...testKey(9, 'eve'), id: ada.id })).toBe('absent');
    expect(signatureOf(note, { ...testKey(9, 'ada'), id: ada.id })).toBe('invalid');
  });

  it.each<[string, (note: string) => string, string]>([
    ['nothing', () => '', 'it has no signature'],
    ['a text alone', () => 'text\n', 'it has no signature'],
    ['no blank line', (note) => note.replace('\n\n', '\n'), 'it has no signature'],
    ['no signature line', () => 'text\n\n', 'it has no signature'],
    ['no end of its last line', (note) => note.slice(0, -1), 'its last line has no end'],
    ['line ends of another kind', (note) => note.replaceAll('\n', '\r\n'), 'it holds control characters'],
    ['a tab', (note) => note.replace('text', 'te\tt'), 'it holds control characters'],
    ['a zero', (note) => note.replace('text', 'te\u0000t'), 'it holds control characters'],
    ['a hyphen for the dash', (note) => note.replace('—', '-'), 'a signature line is odd'],
    ['two spaces', (note) => note.replace('— ', '—  '), 'a signature line is odd'],
    ['a space of another kind', (note) => note.replace('— ada ', '— a\u00a0da '), 'a signature line is odd'],
    ['a plus in a name', (note) => note.replace('— ada ', '— a+da '), 'a signature line is odd'],
    ['no name', (note) => note.replace('— ada ', '—  '), 'a signature line is odd'],
    ['a name without end', (note) => note.replace('— ada ', `— ${'a'.repeat(513)} `), 'a signature line is odd'],
    ['something behind a signature', (note) => note.replace(/\n$/u, ' \n'), 'a signature line is odd'],
    ['a signature that is no base64', (note) => note.replace(/.{8}\n$/u, '********\n'), 'a signature line is odd'],
    ['base64 without its padding', (note) => note.replace('=\n', '\n'), 'a signature line is odd'],
    ['base64 with bits to spare', (note) => note.replace(/.=\n$/u, spareBits), 'a signature line is odd'],
    [
      'an id and no signature',
      () => `text\n\n— ada ${Buffer.alloc(4).toString('base64')}\n`,
      'a signature line is odd',
    ],
    ['text between signatures', (note) => `${note}text\n`, 'a signature line is odd'],
    ['17 signatures', () => signNote('text\n', Array(17).fill(ada)), 'it has more than 16 signatures'],
    ['65 KiB of text', () => signNote(`${'x'.repeat(65 * 1024)}\n`, [ada]), 'its text is too long'],
    ['a megabyte', () => signNote(`${'x'.repeat(MAX_NOTE)}\n`, [ada]), 'it is too long'],
    ['a megabyte of blank lines', () => '\n'.repeat(1 << 20), 'it is too long'],
  ])('with %s is none', (_, spoil, fault) => {
    expect(parseNote(spoil(signNote('text\n', [ada])))).toEqual({ fault });
  });

  it('may have 16 signatures', () => {
    expect(noteOf(signNote('text\n', Array(16).fill(ada))).signatures).toHaveLength(16);
  });
});

describe('a key', () => {
  it.each([
    ['another id', neumann.open.replace('c74f20a3', 'c74f20a4')],
    ['another name', neumann.open.replace('PeterNeumann', 'PeterNeuman')],
    ['another type', neumann.open.replace('+AR', '+Ah')],
    ['a shorter key', neumann.open.slice(0, -4)],
    ['a line end', `${neumann.open}\n`],
    ['no name', neumann.open.replace('PeterNeumann', '')],
    ['a private half', neumann.secret],
  ])('with %s is none', (_, text) => {
    expect(parsePublicKey(text)).toBeUndefined();
  });

  it.each([
    ['another id', neumann.secret.replace('c74f20a3', 'c74f20a4')],
    ['another seed', neumann.secret.replace('AYEK', 'AYEL')],
    ['no private half', neumann.open],
    ['another beginning', neumann.secret.replace('PRIVATE', 'private')],
  ])('that signs, with %s, is none', (_, text) => {
    expect(parseSigningKey(text)).toBeUndefined();
  });

  it('of a public log is read', () => {
    const text = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
    expect(parsePublicKey(text)).toMatchObject({ name: 'sum.golang.org', id: '033de0ae', text });
  });

  it('names each spelling of its secret, and holds none where it could be printed', () => {
    const { key, secrets } = parseSigningKey(neumann.secret) ?? { key: undefined, secrets: [] };
    const seed = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
    expect(secrets).toEqual(
      expect.arrayContaining([
        neumann.secret,
        seed.toString('hex'),
        seed.toString('base64'),
        seed.toString('base64url'),
      ]),
    );
    for (const secret of secrets) expect(JSON.stringify(key)).not.toContain(secret);
  });
});

/** The last character before the padding, with one of its two bits that count for nothing set. */
function spareBits(end: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return `${alphabet[alphabet.indexOf(end[0] ?? '') + 1]}=\n`;
}
