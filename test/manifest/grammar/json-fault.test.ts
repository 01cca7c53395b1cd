import { describe, expect, it } from 'vitest';
import { jsonFault } from '../../../src/manifest/grammar/json-fault.js';

describe('the place where a text is not JSON', () => {
  it.each([
    ['{ "a": 1, }', '}'],
    ['{ "a" 1 }', '1 }'],
    ['{ a: 1 }', 'a: 1 }'],
    ["{ 'a': 1 }", "'a': 1 }"],
    ['[1 2]', '2]'],
    ['[1, // two\n2]', '// two\n2]'],
    ['[01]', '1]'],
    ['[1.]', '1.]'],
    ['[NaN]', 'NaN]'],
    ['["\\d"]', '"\\d"]'],
    ['["a\tb"]', '"a\tb"]'],
    ['{} {}', '{}'],
    ['{ "a": [', ''],
    ['', ''],
  ])('of %j is before %j', (text, rest) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    const { code, offset } = jsonFault(text);
    expect([code, text.slice(offset)]).toEqual(['json-syntax', rest]);
  });

  it('is found without a deep stack', () => {
    expect(jsonFault('['.repeat(1024 * 1024))).toMatchObject({ code: 'too-deep', offset: 100 });
    expect(jsonFault('{"a":'.repeat(200_000))).toMatchObject({ code: 'too-deep', offset: 500 });
  });
});
