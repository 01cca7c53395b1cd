import { expect, test } from 'vitest';
import { eventKey } from '../../../src/ledger/verify/event-key.js';

test.each([
  ['2026-03-02T00:00:00Z', '2026-03-02T00:00:00.000Z', true],
  ['2026-03-02T00:00:00Z', '2026-03-02T01:00:00+01:00', true],
  // Times that there are not: a ledger could tell one event of the audit log as two.
  ['2026-03-02T00:00:00Z', '2026-02-30T00:00:00Z', false],
  ['2026-03-02T00:00:00Z', '2026-03-01T24:00:00Z', false],
  ['2026-02-30T00:00:00Z', '2026-02-30T00:00:00Z', true],
  ['never', 'never', true],
  ['never', 'ever', false],
])('the event of %s and that of %s: the same is %s', (one, other, isSame) => {
  expect(eventKey({ timestamp: one }) === eventKey({ timestamp: other })).toBe(isSame);
});
