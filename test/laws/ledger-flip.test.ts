import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyLedger } from '../../src/ledger/verify/verify.js';
import { linesOf } from '../ledger/lines.js';
import { deliveredChange, inLedger, prodFile, temporaryFolder } from '../ledger/sample.js';

async function smallLedger(): Promise<Buffer> {
  const folder = temporaryFolder();
  await inLedger(folder, (ledger) => deliveredChange(ledger));
  return readFileSync(prodFile(folder));
}

test('whichever bit of a ledger is flipped, verify finds it', async () => {
  const bytes = await smallLedger();
  expect((await verifyLedger(linesOf(bytes))).clean).toBe(true);
  const missed: string[] = [];
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (bytes[at] ?? 0) ^ (1 << bit);
      if ((await verifyLedger(linesOf(flipped))).clean) missed.push(`byte ${at}, bit ${bit}`);
    }
  }
  expect(missed).toEqual([]);
});

test('whatever bytes are put in place of others, verify finds it', async () => {
  const bytes = await smallLedger();
  await fc.assert(
    fc.asyncProperty(
      fc.nat(bytes.length - 1),
      fc.nat(40),
      fc.uint8Array({ maxLength: 40 }),
      async (at, removed, put) => {
        const changed = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + removed)]);
        // Cutting whole lines off the end leaves a ledger that hangs together: docs/ledger.md says so.
        fc.pre(!changed.equals(bytes) && !bytes.subarray(0, changed.length).equals(changed));
        expect((await verifyLedger(linesOf(changed))).clean).toBe(false);
      },
    ),
    { numRuns: 300 },
  );
});
