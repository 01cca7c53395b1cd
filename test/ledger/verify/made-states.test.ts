import { expect, test } from 'vitest';
import { readLines } from '../../../src/ledger/file/read-lines.js';
import type { Ledger } from '../../../src/ledger/open-ledger.js';
import { collectMadeStates } from '../../../src/ledger/verify/made-states.js';
import { verifyLedger } from '../../../src/ledger/verify/verify.js';
import { sha256 } from '../../../src/model/hash.js';
import { type IntentBody, inLedger, intent, type OutcomeBody, outcome, prodFile, temporaryFolder } from '../sample.js';

const [before, wanted, other] = [sha256('before'), sha256('after'), sha256('other')];

/** One request and what it led to; `event` where it is announced. */
async function change(
  ledger: Ledger,
  asked: Partial<IntentBody>,
  { resultHash = wanted, ...more }: Partial<OutcomeBody>,
  isAnnounced = true,
): Promise<void> {
  const { seq } = await ledger.append(intent(asked));
  const payloadHash = resultHash ?? wanted;
  const timestamp = `2026-01-31T12:00:00Z`.replace('00:00', `00:${String(seq).padStart(2, '0')}`);
  const facts = { targetId: 'engine-1', action: 'UPDATE', payloadHash, timestamp } as const;
  const event = { source: 'AutomatedConfigurator', eventType: 'speech.engine.configuration', ...facts } as const;
  await ledger.append(outcome(seq, { resultHash, event: isAnnounced ? event : null, ...more }));
}

/** The numbers of the outcomes that left a state which no change was to lead to. */
async function unplanned(work: (ledger: Ledger) => Promise<void>): Promise<number[]> {
  const folder = temporaryFolder();
  await inLedger(folder, work);
  const made = collectMadeStates();
  const { fault } = await verifyLedger(readLines(prodFile(folder)), { onEntry: (entry) => made.add(entry) });
  expect(fault).toBeUndefined();
  return made.unplanned().map(({ seq }) => seq);
}

test('what led where it was to lead is planned', async () => {
  expect(await unplanned((ledger) => change(ledger, {}, {}))).toEqual([]);
});

test.each(['failed', 'not-attempted'] as const)(
  'what is recorded as %s, and made another state, is not',
  async (status) => {
    expect(await unplanned((ledger) => change(ledger, {}, { status, resultHash: other }))).toEqual([3]);
  },
);

test('what others made is none of the tool', async () => {
  expect(await unplanned((ledger) => change(ledger, {}, { status: 'failed', resultHash: other }, false))).toEqual([]);
});

test('what was put right since is no finding any more', async () => {
  const mended = await unplanned(async (ledger) => {
    await change(ledger, {}, { status: 'failed', resultHash: other });
    await change(ledger, { beforeHash: other }, {});
  });
  expect(mended).toEqual([]);
});

test('traffic that is given back leads to what the lower found, and to nothing else', async () => {
  const givenBack = (found: string, to: string) =>
    unplanned(async (ledger) => {
      await change(
        ledger,
        { beforeHash: null, remoteId: null, action: 'create', step: 'create', afterHash: before, payloadHash: before },
        { resultHash: before },
      );
      await change(ledger, { step: 'lower', beforeHash: found }, {});
      await change(ledger, { step: 'restore', beforeHash: wanted, afterHash: to }, { resultHash: to });
    });
  expect(await givenBack(before, before)).toEqual([]);
  expect(await givenBack(before, other)).toEqual([7]);
  // A lower that claims to have found what the tool had not left.
  expect(await givenBack(other, other)).toEqual([7]);
});

test('a create that was not configured stays as it was created, and no other way', async () => {
  const left = (as: string) =>
    unplanned(async (ledger) => {
      const create = { beforeHash: null, remoteId: null, action: 'create', step: 'create', afterHash: before } as const;
      await change(ledger, create, { resultHash: before }, false);
      const configure = { action: 'create', step: 'configure', beforeHash: before } as const;
      await change(ledger, configure, { status: 'not-attempted', resultHash: as });
    });
  expect(await left(before)).toEqual([]);
  expect(await left(other)).toEqual([5]);
});

test('an engine and a webhook of one id are two', async () => {
  const both = await unplanned(async (ledger) => {
    await change(ledger, {}, { status: 'failed', resultHash: other });
    await change(ledger, { id: 'Webhook/QA' }, {});
  });
  expect(both).toEqual([3]);
});
