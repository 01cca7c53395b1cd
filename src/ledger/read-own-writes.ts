import type { Clock } from '../model/clock.js';
import type { Live } from '../model/resource.js';
import type { LeftStates } from './left-states.js';

/** Beyond so many engines, waiting for the list is cheaper than one request for each. */
const mostReads = 100;

/** What was read of live; it may hold more than that. */
export interface LiveRead {
  readonly live: readonly Live[];
}

export interface OwnWrites<Read extends LiveRead> {
  readonly clock: Clock;
  /** Milliseconds after which a read shows what was written. */
  readonly listLagMs: number;
  /** Once aborted, nothing is waited for. */
  readonly interrupt?: AbortSignal;
  /** What the ledger says of our own writes. */
  readonly left: Pick<LeftStates, 'of'>;
  /** Reads everything that is live. */
  readonly all: () => Promise<Read>;
  /** Reads one engine by its id; undefined where there is none. */
  readonly engine: (remoteId: string) => Promise<Live | undefined>;
  /** The hashes that a live resource may have in the ledger, by the names that everything live has. */
  readonly hashesOf: (live: readonly Live[]) => (one: Live) => Iterable<string>;
}

/**
 * Reads everything that is live, and takes no state for evidence that a write of ours led away from less than the list lag
 * ago (docs/semantics.md, "Applying"): reads each such engine by its id. If that shows such a state too, or for
 * a webhook, waits for the rest of the lag and reads everything again. Rejects as the reads do.
 */
export async function readOwnWrites<Read extends LiveRead>(options: OwnWrites<Read>): Promise<Read> {
  const { clock, interrupt } = options;
  const firstLook = clock.now();
  for (;;) {
    const listedAt = clock.now();
    const read = await options.all();
    const listed = mayBeOld(options, read.live, listedAt, firstLook);
    if (listed.size === 0) return read;
    const readAt = clock.now();
    const live = await readById(options, read.live, listed);
    const still = mayBeOld(options, live, readAt, firstLook);
    const shownAt = [...still.values()].reduce((latest, at) => Math.max(latest, at), 0);
    const waitMs = shownAt - clock.now();
    if (waitMs > 0) await clock.sleep(waitMs, interrupt);
    if (still.size === 0 || interrupt?.aborted === true) return { ...read, live };
  }
}

/**
 * The resources whose state, as it was asked for at `askedAt`, may be one from before a write of ours; and when a read
 * shows that write. The clock of the machine that wrote may be ahead: no lag ends later than one from the first look.
 */
function mayBeOld<Read extends LiveRead>(
  { left, listLagMs, hashesOf }: OwnWrites<Read>,
  live: readonly Live[],
  askedAt: number,
  firstLook: number,
): Map<Live, number> {
  const found = new Map<Live, number>();
  let hashes: ((one: Live) => Iterable<string>) | undefined;
  for (const one of live) {
    const states = left.of(one.remoteId);
    if (states.size === 0) continue;
    hashes ??= hashesOf(live);
    for (const hash of hashes(one)) {
      const leftAt = states.get(hash);
      const shownAt = Math.min(leftAt ?? Number.NEGATIVE_INFINITY, firstLook) + listLagMs;
      if (askedAt < shownAt) found.set(one, Math.max(shownAt, found.get(one) ?? 0));
    }
  }
  return found;
}

/** The same, with these read by their ids where that can settle it: webhooks have no address of their own. */
async function readById<Read extends LiveRead>(
  { engine }: OwnWrites<Read>,
  live: readonly Live[],
  these: ReadonlyMap<Live, number>,
): Promise<readonly Live[]> {
  const engines = [...these.keys()];
  if (engines.length > mostReads || engines.some(({ identity }) => identity.kind !== 'SpeechEngine')) return live;
  const read = await Promise.all(engines.map(async (one) => [one, await engine(one.remoteId)] as const));
  const fresh = new Map(read);
  return live.map((one) => fresh.get(one) ?? one);
}
