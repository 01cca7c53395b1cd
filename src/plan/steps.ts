import type { State } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import { splitMembers, trafficSplitOf } from '../kinds/speech-engine.js';
import type { NamedSplit } from '../traffic/engine-traffic.js';
import type { Move } from '../traffic/move.js';
import { orderMoves } from '../traffic/order-moves.js';
import type { TrafficIndex } from '../traffic/traffic-index.js';
import { namedSplit } from './plan-traffic.js';
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
 * The writes of linked names, in stages: each starts when the one before it is done. (1) New versions at split 0 and what
 * moves no traffic, (2) splits that fall, (3) splits that rise, so that the sum of no name passes 100 on the way
 * (docs/semantics.md, "Applying"; the order is that of `orderMoves`).
 */
export interface Stages {
  /** Each list belongs to one change and runs in its order; the lists run at the same time. */
  readonly prepare: readonly (readonly Step[])[];
  readonly lower: readonly (readonly Step[])[];
  readonly raise: readonly (readonly Step[])[];
  /** Writes that have no place: a plan with any of them is refused. */
  readonly blocked: readonly Step[];
}

/** The stages for the changes of linked names. Without `traffic`, no engine serves beside them. */
export function planSteps(changes: readonly PlannedChange[], traffic?: TrafficIndex): Stages {
  const others = traffic === undefined ? [] : othersServing(changes, traffic);
  const order = orderMoves(changes.map(moveOf), others);
  const last = ({ change }: ChangeMove, isShifted: boolean) => stepsOf(change, isShifted).slice(-1);
  const first = ({ change }: ChangeMove) => stepsOf(change, true).slice(0, -1);
  const shifted = [...order.raise.flat(), ...order.blocked];
  return {
    prepare: [...order.prepare.map(({ change }) => stepsOf(change, false)), ...shifted.map(first)].filter(
      (steps) => steps.length > 0,
    ),
    lower: order.lower.map((stage) => stage.flatMap((move) => last(move, false))),
    raise: order.raise.map((stage) => stage.flatMap((move) => last(move, true))),
    blocked: order.blocked.flatMap((move) => last(move, true)),
  };
}

/** The requests that a step sends, as the plan shows them. */
export function stepRequest({ change, name }: Step): { method: 'POST' | 'PATCH'; path: string } {
  const kind = kindDefinition(change.resource.identity.kind);
  if (name === 'create') return { method: 'POST', path: kind.collection };
  return { method: 'PATCH', path: `${kind.collection}/${change.live?.remoteId ?? `{${kind.idMember}}`}` };
}

interface ChangeMove extends Move {
  readonly change: PlannedChange;
}

function moveOf(change: PlannedChange): ChangeMove {
  const { before, after } = change;
  return { change, from: namedSplit(before), to: namedSplit(after), inTwoWrites: hasPipeline(after) };
}

/** What engines serve under the same names that these changes do not touch. */
function othersServing(changes: readonly PlannedChange[], traffic: TrafficIndex): (NamedSplit | null)[] {
  const names = new Set<string>();
  const ids = new Set<string>();
  for (const { id, resource, before, after } of changes) {
    if (resource.identity.kind !== 'SpeechEngine') continue;
    ids.add(id);
    names.add(namedSplit(after).name);
    if (before !== null) names.add(namedSplit(before).name);
  }
  const others = [...names].flatMap((name) =>
    traffic.under(name).filter(({ id, desired, live }) => live?.name === name && (desired === null || !ids.has(id))),
  );
  return others.map(({ live }) => live);
}

/**
 * The writes of one change. A new engine that is to wait for traffic is created at split 0 and gets its split with the
 * last write; so does one with a pipeline, which no POST takes.
 */
function stepsOf(change: PlannedChange, isShifted: boolean): Step[] {
  const { before, after } = change;
  if (before !== null) return [updateStep(change, before)];
  if (!isShifted && !hasPipeline(after)) return [{ change, name: 'create', from: null, to: after }];
  const parked = { ...after, ...splitMembers(0), audioProcessingOptions: null };
  return [
    { change, name: 'create', from: null, to: parked },
    { change, name: 'configure', from: parked, to: after },
  ];
}

function updateStep(change: PlannedChange, before: State): Step {
  const delta = trafficSplitOf(change.after) - trafficSplitOf(before);
  const name = delta === 0 ? 'update' : delta < 0 ? 'lower' : 'raise';
  return { change, name, from: before, to: change.after };
}

function hasPipeline(state: State): boolean {
  return (state['audioProcessingOptions'] ?? null) !== null;
}
