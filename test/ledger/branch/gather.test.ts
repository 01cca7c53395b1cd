import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openGather } from '../../../src/ledger/branch/gather.js';
import type { Entry, EntryBody } from '../../../src/ledger/entry.js';
import { sealEntry } from '../../../src/ledger/entry.js';
import { ENDPOINT, intent, outcome } from '../sample.js';
import { steppedClock } from './world.js';

/** A gather after a push of 1,000 ms that took an intent, number 2. */
function afterAPush() {
  const clock = steppedClock();
  const gather = openGather(clock);
  gather.written(entry(2, intent()));
  gather.pushed(2, 1000);
  return { clock, gather };
}

function entry(seq: number, body: EntryBody): Entry {
  const more = { ledgerId: 'ledger-1', prev: '0'.repeat(64), time: '2026-01-31T12:00:00.000Z', endpoint: ENDPOINT };
  return sealEntry(body, { ...more, seq }).entry;
}

/** Whether a wait has ended once all others had their turn. */
async function hasEnded(wait: Promise<void>): Promise<boolean> {
  let ended = false;
  void wait.then(() => {
    ended = true;
  });
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
  return ended;
}

test('a push waits for the request that is under way, and no longer', async () => {
  const { gather } = afterAPush();
  const wait = gather.wait();
  expect(await hasEnded(wait)).toBe(false);
  gather.written(entry(3, outcome(2)));
  expect(await hasEnded(wait)).toBe(true);
});

const sent: EntryBody = { kind: 'delivering', outcome: 3 };

test.each<[string, EntryBody]>([
  ['delivered', { kind: 'delivered', outcome: 3, logId: 'log-1', via: 'post', correlationId: null }],
  ['delivery-unknown', { kind: 'delivery-unknown', outcome: 3, reason: 'a reset', correlationId: null }],
  ['resolved', { kind: 'resolved', subject: 3, answer: null, by: 'refused', reason: null, claimed: null }],
])('an audit event that is %s is no longer under way', async (_, end) => {
  const { gather } = afterAPush();
  gather.written(entry(3, outcome(2)));
  gather.written(entry(4, sent));
  gather.pushed(4, 1000);
  const wait = gather.wait();
  expect(await hasEnded(wait)).toBe(false);
  gather.written(entry(5, end));
  expect(await hasEnded(wait)).toBe(true);
});

test('nothing is waited for before a push, or where no request has left', async () => {
  const gather = openGather(steppedClock());
  gather.written(entry(2, intent()));
  expect(await hasEnded(gather.wait())).toBe(true);
  const { gather: later } = afterAPush();
  later.written(entry(3, outcome(2)));
  later.written(entry(4, intent({ id: 'SpeechEngine/B@1.0.0' })));
  expect(await hasEnded(later.wait())).toBe(true);
});

test('a request that hangs costs less from push to push, and half of one at most', async () => {
  const { clock, gather } = afterAPush();
  const waited: number[] = [];
  const waitOnce = async () => {
    const wait = gather.wait();
    let ms = 0;
    for (; !(await hasEnded(wait)); ms += 1) await clock.advance(1);
    waited.push(ms);
  };
  for (let push = 0; push < 5; push += 1) await waitOnce();
  expect(waited).toEqual([500, 250, 125, 63, 63]);
  const wait = gather.wait();
  expect(await hasEnded(wait)).toBe(false);
  gather.written(entry(3, outcome(2)));
  await wait;
  gather.written(entry(4, sent));
  gather.pushed(4, 1000);
  await waitOnce();
  expect(waited.at(-1)).toBe(500);
});

test('a push that took hours, as on a machine that was suspended, makes the next one wait 2 s at most', async () => {
  const { clock, gather } = afterAPush();
  gather.pushed(2, 7_200_000);
  const wait = gather.wait();
  expect(await hasEnded(wait)).toBe(false);
  await clock.advance(2_000);
  expect(await hasEnded(wait)).toBe(true);
});
