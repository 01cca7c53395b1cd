import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/model/canonical-json.js';
import { hashJson, sha256 } from '../../src/model/hash.js';

describe('canonical JSON (RFC 8785)', () => {
  test('is the sample of §3.2.2, members sorted, numbers and texts in one spelling', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\u002f',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('sorts members by UTF-16 code units, the sample of §3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\u{1f600}': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(canonicalJson(value)))).toHaveLength(7);
    expect([...canonicalJson(value).matchAll(/:"([A-Z][a-z]+)/g)].map(([, word]) => word)).toEqual([
      'Carriage',
      'One',
      'Control',
      'Latin',
      'Euro',
      'Emoji',
      'Hebrew',
    ]);
  });

  test.each([
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [999999999999999900000, '999999999999999900000'],
    [1e21, '1e+21'],
    [9.999999999999997e-7, '9.999999999999997e-7'],
    [0.000001, '0.000001'],
    [333333333.33333325, '333333333.33333325'],
  ])('writes the number %d as Appendix B does: %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test('sorts at every depth, and leaves the order of lists', () => {
    expect(canonicalJson({ b: [{ d: 1, c: [2, 1] }], a: {} })).toBe('{"a":{},"b":[{"c":[2,1],"d":1}]}');
  });

  test.each([['\ud800'], ['a\udc00b'], ['\udc00\ud800']])('refuses lone surrogates: %j', (text) => {
    expect(() => canonicalJson(text)).toThrow(Error);
    expect(() => canonicalJson({ [text]: 1 })).toThrow(Error);
    expect(() => canonicalJson([{ a: text }])).toThrow(Error);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %d', (value) => {
    expect(() => canonicalJson([value])).toThrow(Error);
  });
});

describe('hashes', () => {
  test('are lowercase SHA-256 of UTF-8', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256('ä')).toBe('33e6d73fee82904c8d7afb78de1154d1e8dc2a0edb08120e63df5b9385c2d9cc');
  });

  test('do not depend on the order of members', () => {
    expect(hashJson({ a: 1, b: { d: null, c: '' } })).toBe(hashJson({ b: { c: '', d: null }, a: 1 }));
    expect(hashJson({ a: [1, 2] })).not.toBe(hashJson({ a: [2, 1] }));
  });
});
