import { describe, expect, test } from 'vitest';
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

describe('a secret of characters that formats escape', () => {
  const awkward = 'a<b&"c"|d e\\f/g\'h`i{j}k%l+m#[n:ö💡]~(o)$p*q';
  const spellings: Record<string, (text: string) => string> = {
    'JSON in JSON in JSON': (text) =>
      JSON.stringify(JSON.stringify(JSON.stringify(text))).replaceAll(/^\W*|\W*$/gu, ''),
    'JSON with slashes escaped': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
    'JSON in ASCII': (text) =>
      JSON.stringify(text)
        .slice(1, -1)
        .replaceAll(/[<>&'\u0080-\uffff]/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .replaceAll(/\p{So}/gu, '\\uD83D\\uDCA1'),
    'URL component': encodeURIComponent,
    'URL component in small letters': (text) =>
      encodeURIComponent(text).replaceAll(/%../gu, (one) => one.toLowerCase()),
    'URL component of a URL component': (text) => encodeURIComponent(encodeURIComponent(text)),
    'every byte of a URL': (text) =>
      [...Buffer.from(text)]
        .map((byte) =>
          /\w/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`,
        )
        .join(''),
    form: (text) => new URLSearchParams({ s: text }).toString().slice(2),
    HTML: (text) =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    hexadecimal: (text) => Buffer.from(text).toString('hex').toUpperCase(),
    'a line end for a space': (text) => text.replaceAll(' ', '\n    '),
    colours: (text) => text.replaceAll(' ', '\u001b[31m \u001b[39m'),
  };
  test.each(Object.entries(spellings))('is masked in %s', (_name, spell) => {
    const { add, apply } = openMask();
    add(awkward);
    expect(spell(awkward)).not.toBe(awkward);
    expect(apply(`x${spell(awkward)}y`)).toBe('x***y');
  });

  test.each([0, 1, 2, 3, 4])('is masked within the base64 of a longer text, %i bytes behind its start', (before) => {
    const { add, apply } = openMask();
    add(awkward);
    const [front, back] = ['i'.repeat(before), ':and more'];
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.from(`${front}${awkward}${back}`).toString(encoding);
      // What it shares with its neighbours stays: two characters on each side at most.
      expect(apply(text)).toMatch(/^[\w/+-]{0,6}\*{3}[\w/+-]{0,13}=*$/u);
    }
  });
});

describe('what a cut left of a secret', () => {
  const { add, apply } = openMask();
  add('correct horse/battery "staple"');

  test.each([
    ['its beginning', 'said correct hor…', 'said ***…'],
    ['its end', '…tery "staple" and so on', '…*** and so on'],
    ['both', 'correct…staple" x', '***…*** x'],
    ['its beginning, escaped', 'correct&#32;hor&#8230; x', '***&#8230; x'],
    ['half of an escape', 'correct%20horse%2…', '***…'],
    ['the other half of an escape', '…2Fbattery%20%22staple%22 x', '…*** x'],
    [
      'its beginning in base64',
      `${Buffer.from('correct horse/battery "staple"').toString('base64').slice(0, 9)}…`,
      '***…',
    ],
    ['too little to know', 'cor… le"', 'cor… le"'],
    ['nothing', 'a corrected horse … battery', 'a corrected horse … battery'],
  ])('is masked: %s', (_what, text, masked) => {
    expect(apply(text)).toBe(masked);
  });
});

test('white space around a secret is not part of it', () => {
  const { add, apply } = openMask();
  add('a secret of a file\n');
  expect(apply('it was a secret of a file.')).toBe('it was ***.');
});

test('a token of any length and kind is masked, and odd texts take no time', () => {
  for (const token of [
    '\\"'.repeat(200),
    '\\"'.repeat(4000),
    'ey'.repeat(4000),
    '%25'.repeat(100),
    'ab/+.-_~'.repeat(1000),
  ]) {
    const { add, apply } = openMask();
    add(token);
    expect(apply(`<${token}>`)).toBe('<***>');
    const started = performance.now();
    apply(`${token.slice(0, 399)}…`.repeat(5) + '\\\\\\\\"'.repeat(300));
    expect(performance.now() - started).toBeLessThan(5_000);
  }
});
