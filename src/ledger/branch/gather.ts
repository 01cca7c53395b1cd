import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../model/clock.js';
import type { Entry } from '../entry.js';
import { requestsUnderWay } from './requests-under-way.js';

/** Lets entries that are about to come share a push with those that wait for one. */
export interface Gather {
  /** An entry waits for its push. */
  written(entry: Entry): void;
  /** All entries up to this number are on the branch, by a push that took so many milliseconds. */
  pushed(seq: number, tookMs: number): void;
  /** Resolves when the next push is to begin: soon. */
  wait(): Promise<void>;
}

/** The part of a push's time that is waited at most, and how little of that once it was in vain again and again. */
const [MOST, LEAST] = [1 / 2, 1 / 8];
/** The most milliseconds that are waited, whatever a push took: a machine may have been suspended meanwhile. */
const MOST_MS = 2_000;

/**
 * Requests that leave after one push come back at nearly the same time. Without a wait, the first one to be back has a
 * push of its own, all others the next, and from then on there are twice as many pushes. So a push waits while requests are
 * under way, for half of what a push takes; each time that was not enough for half as long as the last time.
 */
export function openGather(clock: Clock): Gather {
  const requests = requestsUnderWay();
  let pushMs = 0;
  let patience = 1;
  let allBack: (() => void) | undefined;
  return {
    written(entry) {
      requests.written(entry);
      if (!requests.any()) allBack?.();
    },
    pushed(seq, tookMs) {
      requests.durable(seq);
      pushMs = tookMs;
    },
    async wait() {
      // All whom the last push let go on write what they have.
      await nextTurn();
      const waitMs = Math.min(Math.round(pushMs * MOST * patience), MOST_MS);
      if (waitMs <= 0 || !requests.any()) return;
      const enough = new AbortController();
      allBack = () => enough.abort();
      await clock.sleep(waitMs, enough.signal);
      allBack = undefined;
      patience = enough.signal.aborted ? 1 : Math.max(patience / 2, LEAST);
    },
  };
}
