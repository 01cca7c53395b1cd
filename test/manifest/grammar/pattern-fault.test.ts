import { describe, expect, it } from 'vitest';
import { patternFault, patternSteps } from '../../../src/manifest/grammar/pattern-fault.js';

async function codeOf(pattern: string): Promise<string | undefined> {
  return (await patternFault(pattern, patternSteps()))?.code;
}

describe('a pattern that is not refused', () => {
  it.each([
    'hello|hi|good morning',
    'account number( is)? \\d{4,8}',
    '(?:\\d{3}-?)+\\d{4}',
    '(?:(?:one|two|three|no|none) ?)+',
    '\\d{1,3}(?:,\\d{3})*(?:\\.\\d+)?',
    '(\\p{L}+ )*\\p{L}+',
    '(?:[a-z]+[.])*[a-z]+',
    '(\\d{2})*',
    '(?:\\w{1,30} ){1,20}',
    '(?<digit>\\d)\\k<digit>+',
    '(?=.*\\d)[a-z\\d]+',
    '[^]*',
    // Polynomial: it costs time, and not without end.
    '.*yes.*please.*',
    // 495 alternatives, repeated.
    `(?:${Array.from({ length: 495 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('|')})+`,
    `${'('.repeat(490)}a${')'.repeat(490)}+`,
  ])('%s', async (pattern) => {
    expect(await codeOf(pattern)).toBeUndefined();
  });
});

describe('a pattern that backtracks exponentially', () => {
  it.each([
    ['^(a+)+$', '(a+)+'],
    ['(a|a)*b', '(a|a)*'],
    ['(a|aa)+$', '(a|aa)+'],
    ['(x+x+)+y', '(x+x+)+'],
    ['([a-zA-Z]+)*$', '([a-zA-Z]+)*'],
    ['(a*)*', '(a*)*'],
    ['(x?y?)*z', '(x?y?)*'],
    ['(?:|a|a)*?b', '(?:|a|a)*?'],
    ['(?:a|[^x])*', '(?:a|[^x])*'],
    ['(\\p{L}+ ?)*', '(\\p{L}+ ?)*'],
    ['(?:\\s|\\u00a0)+x', '(?:\\s|\\u00a0)+'],
    ['(?=(a+)+b)c', '(a+)+'],
    ['(?:\\w{1,30} ?){1,20}$', '(?:\\w{1,30} ?){1,20}'],
    ['(a?){30}a{30}', '(a?){30}'],
    ['(a+)(?:\\1)+', '(?:\\1)+'],
  ])('%s is refused for %s', async (pattern, part) => {
    const fault = await patternFault(pattern, patternSteps());
    expect(fault?.code).toBe('backtracking-pattern');
    expect(fault?.message).toContain(`\`${part}\``);
  });
});

describe('what is no pattern', () => {
  it.each(['(a', '[b-a]', 'a{2,1}', '\\p{Nothing}', '*', '\\-', '(?<a>x)(?<a>y)'])('%s is refused', async (pattern) => {
    expect(await codeOf(pattern)).toBe('pattern-syntax');
  });

  it('is the same in every version of Node: what came after ECMAScript 2023 is refused', async () => {
    expect(await codeOf('(?i:a)+')).toBe('pattern-syntax');
  });
});

describe('patterns that take long', () => {
  it.each(['(?:(?:\\d{50}){50}){50}', `(?:${'a?'.repeat(490)})+`])(
    'are refused as too complex: %s',
    async (pattern) => {
      expect(await codeOf(pattern)).toBe('pattern-too-complex');
    },
  );

  it('take no more than all patterns of a run may take together, by count and not by clock', async () => {
    const hard = (index: number) => `(?:${'.'.repeat(300)}x|${'.'.repeat(301)}y)+${index}`;
    const steps = { left: 100_000_000, free: 1_000_000_000 };
    const codes: (string | undefined)[] = [];
    for (let index = 0; index < 500; index += 1) codes.push((await patternFault(hard(index), steps))?.code);
    expect(codes.at(0)).toBeUndefined();
    expect(codes.at(-1)).toBe('pattern-too-complex');
    // Others are judged all the same.
    expect((await patternFault('account(?: is)? \\d{4,8}(?: and| or| plus)*', steps))?.code).toBeUndefined();
    expect((await patternFault('(a+)+', steps))?.code).toBe('backtracking-pattern');
  }, 20_000);

  it('have an end in what each may take for itself, too, so that no number of them takes a run long', async () => {
    const steps = { left: 0, free: 10_000_000 };
    const codes = [];
    for (let index = 0; index < 40; index += 1) {
      codes.push((await patternFault(`((((a{0,9}){0,9}){0,9}){0,9}){0,9}${index}`, steps))?.code);
    }
    expect(new Set(codes)).toEqual(new Set(['pattern-too-complex']));
    expect(steps.free).toBeLessThanOrEqual(0);
  });

  it('are counted by the properties of Unicode that they name', async () => {
    const steps = { left: 20_000_000, free: 100_000_000 };
    const codes = [];
    for (let index = 0; index < 40; index += 1) {
      codes.push((await patternFault(`${'[\\P{Cn}\\P{L}]'.repeat(20)}${index}`, steps))?.code);
    }
    expect(codes.at(-1)).toBe('pattern-too-complex');
  });

  it('name only properties that there are', async () => {
    expect(await codeOf('\\p{Letter}+')).toBeUndefined();
    expect(await codeOf('\\p{Lettre}')).toBe('pattern-syntax');
    expect(await codeOf('(\\p{L}')).toBe('pattern-syntax');
  });
});
