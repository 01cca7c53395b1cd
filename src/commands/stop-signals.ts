/** The signals that ask the program to stop. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

export type StopSignal = (typeof stopSignals)[number];

/** What a signal leads to. */
export interface SignalActions {
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
  /** What is in flight ends, nothing new begins. */
  readonly stop: (signal: StopSignal) => void;
  /** The process ends at once. */
  readonly end: () => void;
}

/** Milliseconds in which the same signal counts once: `timeout` and `npm` pass one on that the kernel sent already. */
const sameEvent = 500;

/**
 * Returns what to do when a signal arrives. The first stops the run. Later, SIGINT, SIGTERM or SIGQUIT ends the process at
 * once if the same signal asked before. SIGHUP never does: a terminal that closes sends it more than once, and nobody
 * presses it. Two different signals may be one event, such as a closed terminal and a supervisor that notices.
 */
export function onStopSignal({ now, stop, end }: SignalActions): (signal: StopSignal) => void {
  const firstAt = new Map<StopSignal, number>();
  return (signal) => {
    const at = firstAt.get(signal);
    if (at === undefined) firstAt.set(signal, now());
    if (firstAt.size === 1 && at === undefined) stop(signal);
    else if (at !== undefined && signal !== 'SIGHUP' && now() - at >= sameEvent) end();
  };
}
