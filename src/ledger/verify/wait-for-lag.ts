import type { Clock } from '../../model/clock.js';

export interface LagOptions {
  readonly clock: Clock;
  /** Milliseconds after which a list shows what there is. */
  readonly listLagMs: number;
  /** Once aborted, nothing is waited for. */
  readonly interrupt?: AbortSignal;
}

/**
 * Waits until a list shows what happened at `since` (milliseconds since 1970, by a runner's clock; undefined where nothing
 * did). A clock that is behind lets nobody wait longer than the lag.
 */
export async function waitForLag(
  { clock, listLagMs, interrupt }: LagOptions,
  since: number | undefined,
): Promise<void> {
  if (since === undefined) return;
  const waitMs = Math.min(listLagMs, since + listLagMs - clock.now());
  if (waitMs > 0) await clock.sleep(waitMs, interrupt);
}
