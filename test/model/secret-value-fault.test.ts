import { describe, expect, test } from 'vitest';
import { secretValueFault } from '../../src/model/secret-value-fault.js';

describe("a webhook header's value", () => {
  test.each(['0123456789abcdef', 'Bearer aZ09-._~+/= !"#$%&'])('may be %s', (value) => {
    expect(secretValueFault(value)).toBeUndefined();
  });

  test.each([
    ['0123456789abcde', /less than 16 characters/],
    ['0123456789abcdef\r\nX-Evil: 1', /line break/],
    ['0123456789abcdef\n', /line break/],
    ['0123456789abcdef\u0000', /not printable ASCII/],
    ['0123456789abcdéf', /not printable ASCII/],
    ['0123456789\tabcdef', /not printable ASCII/],
    ['0123456789abcdef ', /begins or ends with a space/],
    [' 0123456789abcdef', /begins or ends with a space/],
  ])('is refused where it is %j, and no word of it is shown', (value, why) => {
    const fault = secretValueFault(value);
    expect(fault).toMatch(why);
    expect(fault).not.toContain('0123');
  });
});
