import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeEvent } from '../../../src/ledger/delivery/event.js';
import { sha256 } from '../../../src/model/hash.js';
import { change, fakeClock, inLedger, START, temporaryFolder } from '../sample.js';

const facts = {
  eventType: 'speech.engine.configuration',
  targetId: 'engine-1',
  action: 'UPDATE',
  payloadHash: sha256('state'),
} as const;

test('an event has the six members that the audit log takes, its time in whole seconds', () => {
  expect(makeEvent({ lastTimestamp: () => undefined }, { ...facts, now: START + 999 })).toEqual({
    source: 'AutomatedConfigurator',
    ...facts,
    timestamp: '2026-01-31T12:00:00Z',
  });
});

test('each timestamp of a target is later than every one before it, wherever the clock jumps', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: START - 1e9, max: START + 1e9 }), { minLength: 2 }), (times) => {
      let last: string | undefined;
      for (const now of times) {
        const { timestamp } = makeEvent({ lastTimestamp: () => last }, { ...facts, now });
        if (last !== undefined) expect(Date.parse(timestamp)).toBeGreaterThan(Date.parse(last));
        expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(Math.floor(now / 1000) * 1000);
        last = timestamp;
      }
    }),
  );
});

test('events of one target differ though their changes are made in the same second, and by two runs', async () => {
  const folder = temporaryFolder();
  for (const _ of [1, 2]) {
    await inLedger(folder, (ledger) => Promise.all([change(ledger), change(ledger), change(ledger, 'engine-2')]), {
      clock: fakeClock(),
    });
  }
  await inLedger(folder, async ({ state }) => {
    const keys = state.undelivered.map(({ event }) => `${event.targetId} ${event.timestamp}`);
    expect(new Set(keys).size).toBe(6);
  });
});
