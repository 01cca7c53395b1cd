import type { Clock } from '../../src/model/clock.js';
import { noon } from './client.js';

/** A clock that stands still while anything is done and jumps to the next sleeper when nothing is. */
export interface VirtualTime extends Clock {
  /** Lets time pass until the work is done; throws when nobody sleeps and it is not. */
  until<T>(work: Promise<T>): Promise<T>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export function virtualTime(): VirtualTime {
  let now = noon;
  const sleepers: Sleeper[] = [];
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper: Sleeper = { at: now + Math.max(0, ms), wake: resolve };
        const after = sleepers.findIndex(({ at }) => at > sleeper.at);
        sleepers.splice(after === -1 ? sleepers.length : after, 0, sleeper);
        signal?.addEventListener('abort', () => {
          const index = sleepers.indexOf(sleeper);
          if (index !== -1) sleepers.splice(index, 1);
          resolve();
        });
      }),
    async until(work) {
      let isDone = false;
      const ended = work.finally(() => {
        isDone = true;
      });
      ended.catch(() => undefined);
      for (;;) {
        // Everything that follows from the last jump without a wait.
        await new Promise((resolve) => setImmediate(resolve));
        if (isDone) return ended;
        const next = sleepers.shift();
        if (next === undefined) throw new Error('nobody sleeps, and the work is not done');
        now = Math.max(now, next.at);
        next.wake();
      }
    },
  };
}
