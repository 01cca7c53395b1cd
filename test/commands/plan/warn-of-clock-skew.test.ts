import { describe, expect, it } from 'vitest';
import { warnOfClockSkew } from '../../../src/commands/plan/warn-of-clock-skew.js';
import { plainPaint } from '../../../src/report/paint.js';

function said(skews: readonly (number | undefined)[], options = {}): string {
  const lines: string[] = [];
  const err = {
    page: { paint: plainPaint, width: 80 },
    isTerminal: false,
    write: (text: string) => void lines.push(text),
  };
  let next = 0;
  const reader = { clockSkewMs: () => skews[next++] };
  for (const _skew of skews) warnOfClockSkew({ err }, options, reader);
  return lines.join('');
}

describe('a clock that is wrong', () => {
  it('is warned of beyond five minutes, either way', () => {
    expect(said([300_001])).toMatch(/^warning: the clock of this machine is 5 minutes behind CXone's: set it.*\n$/);
    expect(said([-7_200_000])).toMatch(/this machine is 120 minutes ahead of CXone's/);
  });

  it('is said once for each client', () => {
    expect(said([undefined, 400_000, 400_000]).match(/warning/g)).toHaveLength(1);
  });

  it('is not made a fuss of up to five minutes, before anything is known, or under --quiet', () => {
    expect(said([300_000, -300_000, 0, undefined])).toBe('');
    expect(said([900_000], { quiet: true })).toBe('');
  });
});
