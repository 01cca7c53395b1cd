import type { State } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import { splitMembers, trafficSplitOf } from '../kinds/speech-engine.js';
import type { PlannedChange } from './planned-change.js';

/** What one write does. `restore` undoes a `lower` whose traffic could not be raised elsewhere. */
export type StepName = 'create' | 'configure' | 'update' | 'lower' | 'raise' | 'restore';

/** One write of a change: the request that leads a resource from one state (null: it doesn't exist) to another. */
export interface Step {
  readonly change: PlannedChange;
  readonly name: StepName;
  readonly from: State | null;
  readonly to: State;
}

/**
 * The writes of one name, in stages: each starts when the one before it is done. (1) New versions at split 0 and what
 * moves no traffic, (2) splits that fall, (3) splits that rise, so that their sum never passes 100 on the way
 * (docs/semantics.md, "Applying"). An engine that a rename brings in adds its whole split to the name: it waits for
 * those that fall in place.
 */
export interface Stages {
  readonly prepare: readonly (readonly Step[])[];
  /** In place first, then what is renamed while its split falls. */
  readonly lower: readonly (readonly Step[])[];
  readonly raise: readonly Step[];
}

/** The stages for the changes of one name; each list of `prepare` belongs to one change and runs in its order. */
export function planSteps(changes: readonly PlannedChange[]): Stages {
  const siblingsMove = changes.some((change) => change.before !== null && splitDelta(change) !== 0);
  const siblingsFall = changes.some((change) => !isRenamed(change) && splitDelta(change) < 0);
  const prepare: Step[][] = [];
  const inPlace: Step[] = [];
  const renamed: Step[] = [];
  const raise: Step[] = [];
  for (const change of changes) {
    const steps = change.before === null ? createSteps(change, siblingsMove) : [updateStep(change, change.before)];
    const last = steps.at(-1);
    if (last === undefined) continue;
    const raises = last.name === 'raise' || last.name === 'configure' || (isRenamed(change) && siblingsFall);
    if (last.name === 'lower') (isRenamed(change) ? renamed : inPlace).push(last);
    else if (raises && trafficSplitOf(last.to) > 0) {
      raise.push(last);
      prepare.push(steps.slice(0, -1));
    } else prepare.push(steps);
  }
  const lower = [inPlace, renamed].filter((steps) => steps.length > 0);
  return { prepare: prepare.filter((steps) => steps.length > 0), lower, raise };
}

/** The requests that a step sends, as the plan shows them. */
export function stepRequest({ change, name }: Step): { method: 'POST' | 'PATCH'; path: string } {
  const kind = kindDefinition(change.resource.identity.kind);
  if (name === 'create') return { method: 'POST', path: kind.collection };
  return { method: 'PATCH', path: `${kind.collection}/${change.live?.remoteId ?? `{${kind.idMember}}`}` };
}

/** A complete engine of a name whose splits stay takes one POST; else it is created at split 0 and configured after. */
function createSteps(change: PlannedChange, siblingsMove: boolean): Step[] {
  const { after } = change;
  const hasPipeline = (after['audioProcessingOptions'] ?? null) !== null;
  const split = trafficSplitOf(after);
  if (!hasPipeline && (split === 0 || !siblingsMove)) return [{ change, name: 'create', from: null, to: after }];
  const parked = { ...after, ...splitMembers(0), audioProcessingOptions: null };
  return [
    { change, name: 'create', from: null, to: parked },
    { change, name: 'configure', from: parked, to: after },
  ];
}

function updateStep(change: PlannedChange, before: State): Step {
  const delta = splitDelta(change);
  const name = delta === 0 ? 'update' : delta < 0 ? 'lower' : 'raise';
  return { change, name, from: before, to: change.after };
}

function isRenamed({ before, after }: PlannedChange): boolean {
  return before !== null && before['name'] !== after['name'];
}

function splitDelta({ before, after }: PlannedChange): number {
  return trafficSplitOf(after) - (before === null ? 0 : trafficSplitOf(before));
}
