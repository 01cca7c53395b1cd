import type { EngineTraffic } from './engine-traffic.js';

/** What the ledger says of an engine that an earlier run lowered for others that it did not raise. */
export interface RecordedShift {
  /** Its split before that run, and after, in percent. */
  readonly before: number;
  readonly after: number;
  /** The printed identities that are still to take the traffic over. */
  readonly raises: readonly string[];
  /** True while the engine's whole live state is as that run left it. */
  readonly intact: boolean;
}

/** A traffic shift that an earlier run did not finish, and that git still asks for. */
export interface UnfinishedShift {
  /** The engine that was lowered, live under this name. */
  readonly engine: EngineTraffic;
  readonly name: string;
  /** Its split before the shift, and as it is live, in percent. */
  readonly before: number;
  readonly now: number;
  /** The identities that git still asks to raise. */
  readonly raises: readonly string[];
  /** True when this run raises one of them: it finishes the shift, or restores what was lowered. */
  readonly continues: boolean;
  /** True when the split may be restored: nobody else has changed the engine since. */
  readonly restorable: boolean;
}

/**
 * The shifts that earlier runs left unfinished: live still has the lowered split, and git still asks for a raise that the
 * ledger has not seen. Their traffic is unserved (docs/semantics.md, "Applying").
 */
export function unfinishedShifts(
  engines: readonly EngineTraffic[],
  recorded: (engine: EngineTraffic) => RecordedShift | undefined,
): UnfinishedShift[] {
  const raising = new Map(engines.filter(rises).map(({ id, changing }) => [id, changing]));
  return engines.flatMap((engine) => {
    const { live, desired } = engine;
    const shift = live === null ? undefined : recorded(engine);
    if (live === null || shift === undefined || shift.after !== live.split) return [];
    const raises = shift.raises.filter((id) => raising.has(id));
    if (raises.length === 0) return [];
    const continues = raises.some((id) => raising.get(id) === true);
    const restorable = shift.intact && desired !== null;
    return [{ engine, name: live.name, before: shift.before, now: live.split, raises, continues, restorable }];
  });
}

function rises({ live, desired }: EngineTraffic): boolean {
  return desired !== null && desired.split > (live?.split ?? 0);
}
