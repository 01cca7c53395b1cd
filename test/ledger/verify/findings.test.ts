import { expect, test } from 'vitest';
import { openFindings } from '../../../src/ledger/verify/findings.js';

const about = (seq: number | null, code = 'x') => ({ seq, code, message: '' });

test('findings are in the order of the ledger, those of one entry as they were added, those of none last', () => {
  const findings = openFindings();
  for (const one of [about(null, 'a'), about(7, 'b'), about(3, 'c'), about(null, 'd'), about(7, 'e')])
    findings.add(one);
  expect(findings.first.map(({ code }) => code)).toEqual(['c', 'b', 'e', 'a', 'd']);
  expect(findings.more).toBe(0);
});

test('of very many, the first of the ledger are kept and the others counted', () => {
  const findings = openFindings(3);
  for (let seq = 100_000; seq > 0; seq -= 1) findings.add(about(seq));
  findings.add(about(null));
  expect(findings.first.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(findings.more).toBe(99_998);
});
