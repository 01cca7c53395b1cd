import type { CxoneReader } from '../../cxone/connect.js';
import { kindDefinition } from '../../kinds/kinds.js';
import type { LedgerState } from '../../ledger/ledger-state.js';
import { readOwnWrites } from '../../ledger/read-own-writes.js';
import { hashJson } from '../../model/hash.js';
import { formatIdentity } from '../../model/identity.js';
import type { Live, Resource } from '../../model/resource.js';
import { liveNames } from '../../plan/live-names.js';
import { matchResources } from '../../plan/match.js';
import { announcedClock } from '../announced-clock.js';
import type { Context, SharedOptions } from '../context.js';
import type { OpenedEnvironment } from '../environment/open-environment.js';
import { type LiveRead, readLive } from './read-live.js';

/**
 * Everything that is live, or why that can't be known. No state counts that a recent write of the ledger led away from: a
 * list may still show it. Without a ledger nobody knows of such writes. Throws a KnownError when a read fails.
 */
export function readLiveAfterWrites(
  context: Context,
  options: SharedOptions,
  { loaded, settings }: Pick<OpenedEnvironment, 'loaded' | 'settings'>,
  reader: CxoneReader,
  ledger: Pick<LedgerState, 'left'> | undefined,
): Promise<LiveRead> {
  const { resources } = loaded;
  const all = () => readLive(reader, resources, options.only);
  if (ledger === undefined) return all();
  return readOwnWrites({
    clock: announcedClock(context, options),
    listLagMs: settings.listLagMs,
    interrupt: context.interrupt,
    left: ledger.left,
    all,
    engine: (remoteId) => reader.getEngine(remoteId),
    hashesOf: (live) => hashesOf(resources, live),
  });
}

/** A webhook names engines as the manifests rename them, or as they are called in CXone where nothing renamed them yet. */
function hashesOf(resources: readonly Resource[], live: readonly Live[]): (one: Live) => Set<string> {
  const { matches, unmanaged } = matchResources(resources, live);
  const renamed = liveNames(matches, unmanaged);
  const listed = new Map(live.map(({ remoteId, identity }) => [remoteId, formatIdentity(identity)]));
  const namings = [renamed, listed].map((names) => (remoteId: string) => names.get(remoteId) ?? remoteId);
  return ({ identity, entity }) => {
    const kind = kindDefinition(identity.kind);
    return new Set(namings.map((identityOf) => hashJson(kind.liveState(entity, identityOf))));
  };
}
