const listening = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `then` once the signal is aborted; the function that is returned takes that back. However many wait for one
 * signal, it has one listener: Node warns of a leak from the eleventh on.
 */
export function onAbort(signal: AbortSignal | undefined, then: () => void): () => void {
  if (signal === undefined) return () => undefined;
  const waiting = listening.get(signal) ?? listen(signal);
  waiting.add(then);
  return () => void waiting.delete(then);
}

function listen(signal: AbortSignal): Set<() => void> {
  const waiting = new Set<() => void>();
  listening.set(signal, waiting);
  signal.addEventListener('abort', () => {
    for (const then of Array.from(waiting)) then();
  });
  return waiting;
}
