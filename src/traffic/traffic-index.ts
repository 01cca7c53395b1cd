import { afterRun, type EngineTraffic, isRenamed, type NamedSplit } from './engine-traffic.js';
import { sumByName } from './sum-by-name.js';

/** What all engines of an endpoint serve before and after a run, found by name. */
export interface TrafficIndex {
  readonly engines: readonly EngineTraffic[];
  /** The engine of a printed identity that a manifest has. */
  engine(id: string): EngineTraffic | undefined;
  /** The engines that bear a name in CXone, or that this run gives that name, in the order of the input. */
  under(name: string): readonly EngineTraffic[];
  /** What the versions of a name serve together when this run is done, unmanaged versions included, in percent. */
  sumAfter(name: string): number;
  /** Every name under which this run creates or changes an engine, in the order of the input. */
  readonly changingNames: readonly string[];
  /**
   * The split that an engine has under its desired name before the run. An engine that a rename brings to a name where
   * others serve takes their traffic, so it starts from 0; where no other serves, its own callers move with it.
   */
  splitBefore(engine: EngineTraffic): number;
}

/** Indexes the traffic of all engines once, so that a question about one name does not walk over all of them. */
export function openTraffic(engines: readonly EngineTraffic[]): TrafficIndex {
  const byId = new Map<string, EngineTraffic>();
  const byName = new Map<string, EngineTraffic[]>();
  const changingNames = new Set<string>();
  const put = (name: string, engine: EngineTraffic) => {
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [engine]);
    else known.push(engine);
  };
  for (const engine of engines) {
    const { id, live, desired, changing } = engine;
    if (desired !== null) byId.set(id, engine);
    if (live !== null) put(live.name, engine);
    if (!changing || desired === null) continue;
    changingNames.add(desired.name);
    if (live === null || isRenamed(live, desired)) put(desired.name, engine);
  }
  const sums = sumByName(engines.map(afterRun));
  const serves = (share: NamedSplit | null, name: string) => share !== null && share.name === name && share.split > 0;
  const under = (name: string) => byName.get(name) ?? [];
  return {
    engines,
    engine: (id) => byId.get(id),
    under,
    sumAfter: (name) => sums.get(name) ?? 0,
    changingNames: [...changingNames],
    splitBefore({ live, desired }) {
      if (live === null) return 0;
      const name = desired?.name ?? live.name;
      const joins = live.name !== name && under(name).some((other) => serves(other.live, name));
      return joins ? 0 : live.split;
    },
  };
}
