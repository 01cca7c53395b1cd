import { expect, test } from 'vitest';
import { openAttempts, type Sent } from '../../src/cxone/attempts.js';
import type { Answer } from '../../src/cxone/exchange.js';
import { connectOptions } from './client.js';
import { type VirtualTime, virtualTime } from './virtual-time.js';

interface Limits {
  readonly perMinute: number;
  /** Of one request, there and back, in milliseconds. */
  readonly latencyMs: number;
  readonly retryAfter: 'seconds' | 'date' | 'off';
  /** How many requests are sent in all. */
  readonly requests: number;
  readonly concurrency?: number;
  /** How many requests the bucket holds; by default what ten seconds refill. */
  readonly burst?: number;
  /** The bucket is filled at once every so many milliseconds, not evenly. */
  readonly windowMs?: number;
  /** Used up before the run by somebody else. */
  readonly isEmpty?: boolean;
}

interface Used {
  readonly answered: number;
  readonly limited: number;
  /** Of what the limit permitted from the first request to the last. */
  readonly use: number;
  readonly limitedShare: number;
  readonly tookMs: number;
}

/** A server in simulated time whose only concern is its rate limit; chance is a fixed sequence. */
function limitedServer(time: VirtualTime, limits: Limits) {
  const { perMinute, latencyMs, retryAfter, burst = perMinute / 6, isEmpty = false } = limits;
  const first = isEmpty ? 0 : burst;
  const take = limits.windowMs === undefined ? bucket(time, { perMinute, burst, first }) : window(time, limits);
  const seen = { answered: 0, limited: 0, first: 0, last: 0 };
  const chance = sequence();
  const send = async (): Promise<Sent> => {
    const sentAt = time.now();
    await time.sleep(latencyMs * (0.3 + 0.4 * chance()));
    const waitMs = take();
    if (seen.answered + seen.limited === 0) seen.first = time.now();
    seen.last = time.now();
    seen[waitMs === 0 ? 'answered' : 'limited'] += 1;
    const answer = waitMs === 0 ? passed : refused(waitMs, retryAfter, time.now());
    await time.sleep(latencyMs * (0.3 + 0.4 * chance()));
    return { exchange: answer, correlationId: 'id', sentAt };
  };
  const used = (): Used => {
    const permitted = first + ((seen.last - seen.first) * perMinute) / 60_000;
    const all = seen.answered + seen.limited;
    return {
      answered: seen.answered,
      limited: seen.limited,
      use: seen.answered / permitted,
      limitedShare: seen.limited / all,
      tookMs: seen.last - seen.first,
    };
  };
  return { send, used };
}

/** Takes a request out of the bucket and gives 0, or says after how many milliseconds there will be one. */
function bucket(time: VirtualTime, { perMinute, burst, first }: { perMinute: number; burst: number; first: number }) {
  let level = first;
  let filledAt = time.now();
  return (): number => {
    level = Math.min(burst, level + ((time.now() - filledAt) * perMinute) / 60_000);
    filledAt = time.now();
    if (level < 1 - 1e-9) return ((1 - level) * 60_000) / perMinute;
    level -= 1;
    return 0;
  };
}

function window(time: VirtualTime, { perMinute, windowMs = 60_000 }: Limits) {
  let start = time.now();
  let taken = 0;
  return (): number => {
    if (time.now() - start >= windowMs) {
      start = time.now() - ((time.now() - start) % windowMs);
      taken = 0;
    }
    if (taken >= (perMinute * windowMs) / 60_000) return start + windowMs - time.now();
    taken += 1;
    return 0;
  };
}

const passed: Answer = { kind: 'answer', status: 200, headers: {}, body: Buffer.alloc(0) };

function refused(waitMs: number, how: Limits['retryAfter'], now: number): Answer {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const at = new Date(now + (seconds + 1) * 1000).toUTCString();
  const headers = {
    seconds: { 'retry-after': String(seconds) },
    date: { 'retry-after': at, date: new Date(now).toUTCString() },
    off: {},
  }[how];
  return { kind: 'answer', status: 429, headers: { ...headers }, body: Buffer.alloc(0) };
}

/** Numbers from 0 to 1 without a pattern that matters, the same in each run. */
function sequence(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** As apply does it: so many chains at a time, each a write with 1 ms of disk before and after, its audit event beside it. */
async function run(limits: Limits): Promise<Used> {
  const time = virtualTime();
  const server = limitedServer(time, limits);
  const { concurrency = 8 } = limits;
  const random = { uuid: () => 'id', fraction: sequence() };
  const attempts = openAttempts(connectOptions({ origin: 'http://127.0.0.1' }, { clock: time, concurrency, random }));
  const write = (yields = false) =>
    attempts.run({ method: 'POST', path: '/x', reads: false, yields, send: server.send });
  let left = limits.requests / 2;
  const audits: Promise<unknown>[] = [];
  const chain = async () => {
    while (left > 0) {
      left -= 1;
      await time.sleep(1);
      await write();
      await time.sleep(1);
      audits.push(write(true));
    }
  };
  const work = async () => {
    await Promise.all(Array.from({ length: concurrency }, chain));
    await Promise.all(audits);
  };
  await time.until(work());
  return server.used();
}

const fits = { perMinute: 600, requests: 2_000 };

test.each<Limits>(
  (['seconds', 'date', 'off'] as const).flatMap((retryAfter) => [
    { ...fits, latencyMs: 2, retryAfter },
    { ...fits, latencyMs: 100, retryAfter },
    { ...fits, latencyMs: 400, retryAfter },
    { ...fits, latencyMs: 100, retryAfter, isEmpty: true },
    { ...fits, latencyMs: 2, retryAfter, perMinute: 6_000 },
    { ...fits, latencyMs: 2, retryAfter, perMinute: 6_000, isEmpty: true },
    { ...fits, latencyMs: 2, retryAfter, perMinute: 6_000, concurrency: 1 },
  ]),
)('uses 95 %% of a rate limit, and meets it with 1 %% of its requests at most: %j', async (limits) => {
  const used = await run(limits);
  expect(used.answered).toBe(limits.requests);
  expect(used.use).toBeGreaterThan(0.95);
  expect(used.limitedShare).toBeLessThan(0.01);
});

test.each<Limits>([
  { ...fits, latencyMs: 100, retryAfter: 'seconds', burst: 5 },
  { ...fits, latencyMs: 100, retryAfter: 'off', burst: 1 },
  { ...fits, latencyMs: 2, retryAfter: 'seconds', windowMs: 60_000, burst: 600 },
  { ...fits, latencyMs: 100, retryAfter: 'off', windowMs: 1_000, burst: 10 },
])('gets on with a limit that is no bucket of some seconds, and does not press it: %j', async (limits) => {
  const used = await run(limits);
  expect(used.answered).toBe(limits.requests);
  expect(used.use).toBeGreaterThan(0.15);
  expect(used.limitedShare).toBeLessThan(0.01);
});

test('where there is no limit nothing is held back', async () => {
  const used = await run({ perMinute: 60_000_000, requests: 2_000, latencyMs: 20, retryAfter: 'seconds' });
  expect(used.limited).toBe(0);
  // Eight at a time, but for the first rounds.
  expect(used.tookMs).toBeLessThan((2_000 / 8) * 20 * 1.02 + 100);
});

test('an audit log that only ever refuses for the rate holds up no change for long', async () => {
  const time = virtualTime();
  const random = { uuid: () => 'id', fraction: sequence() };
  const attempts = openAttempts(
    connectOptions({ origin: 'http://127.0.0.1' }, { clock: time, concurrency: 8, random }),
  );
  const send = (path: string, yields: boolean) =>
    attempts.run({
      method: 'POST',
      path,
      reads: false,
      yields,
      send: async () => {
        const sentAt = time.now();
        await time.sleep(20);
        const exchange = yields ? refused(1_000, 'off', time.now()) : passed;
        return { exchange, correlationId: 'id', sentAt };
      },
    });
  const begun = time.now();
  const audits: Promise<unknown>[] = [];
  /** As a shift of traffic: what comes later waits for what comes before it. */
  const changes = async () => {
    for (let nth = 0; nth < 10; nth += 1) {
      await send('/change', false);
      audits.push(send('/audit', true));
    }
  };
  await time.until(changes());
  expect(time.now() - begun).toBeLessThan(60_000);
  await time.until(Promise.all(audits));
});
