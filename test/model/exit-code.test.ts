import { expect, test } from 'vitest';
import { ExitCode, worstExitCode } from '../../src/model/exit-code.js';

test('of several environments the worst code wins, in the frozen order', () => {
  const order = [70, 130, 7, 3, 4, 6, 5, 9, 1, 8, 2, 0] as const;
  for (const [index, code] of order.entries()) {
    const rest = order.slice(index);
    expect(worstExitCode(rest.toReversed()), `${code} before ${rest.join(', ')}`).toBe(code);
  }
  expect(new Set(Object.values(ExitCode))).toEqual(new Set(order));
});

test('a run over no environment is done', () => {
  expect(worstExitCode([])).toBe(0);
});
