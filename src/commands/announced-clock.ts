import type { Clock } from '../model/clock.js';
import { type Context, type SharedOptions, say } from './context.js';

/** The clock for waits that the user should know of: from a second on, a line says how long, and for what. */
export function announcedClock(context: Context, options: Pick<SharedOptions, 'quiet'>): Clock {
  return {
    now: context.clock.now,
    sleep: (ms, signal) => {
      const seconds = Math.ceil(ms / 1000);
      if (ms >= 1000)
        say(context, options, `waiting ${seconds} s: CXone may not show yet what was written just before`);
      return context.clock.sleep(ms, signal);
    },
  };
}
