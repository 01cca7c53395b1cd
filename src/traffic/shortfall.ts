import type { NamedSplit } from './engine-traffic.js';
import { sumByName } from './sum-by-name.js';

/** How far one engine has come in a run, and what it served before. */
export interface ShiftedEngine {
  /** Before the run, and before an earlier run that left its shift unfinished; null: the engine was not live. */
  readonly before: NamedSplit | null;
  /** What git asks for; of an unmanaged engine, what it serves live. */
  readonly desired: NamedSplit | null;
  /** What this run leads to if all goes well; of an engine that it does not change, what the engine serves live. */
  readonly planned: NamedSplit | null;
  /** What the last answer confirmed; null: the engine is not live. */
  readonly now: NamedSplit | null;
  /** What it may serve instead, where the last write has no known outcome. */
  readonly perhaps?: NamedSplit | null;
}

/** Traffic of a name that was served before and is not now, in percent. */
export interface Shortfall {
  readonly name: string;
  /** Unserved in any case. */
  readonly certain: number;
  /** Unserved if each unknown outcome is the worse one; never less than `certain`. */
  readonly possible: number;
}

/**
 * The names that serve less than before, in the order of the engines. Traffic follows an engine that is renamed; a name
 * that an engine left is short, too, as far as git or this run asks others to serve there instead. Where both ask a name
 * to serve less, that is no shortfall if all changes of the name are done (`finished`).
 */
export function shortfalls(
  engines: readonly ShiftedEngine[],
  { finished }: { readonly finished: (name: string) => boolean },
): Shortfall[] {
  const before = sumByName(engines.map((one) => one.before));
  const desired = sumByName(engines.map((one) => one.desired));
  const planned = sumByName(engines.map((one) => one.planned));
  const names = new Set(engines.flatMap((one) => [one.before, one.now, one.perhaps ?? null]).flatMap(nameOf));
  const parts = new Map([...names].map((name) => [name, { carried: noRange(), serving: noRange() }]));
  for (const engine of engines) addEngine(engine, parts);
  return [...parts].flatMap(([name, { carried, serving }]) => {
    const wanted = Math.max(desired.get(name) ?? 0, planned.get(name) ?? 0);
    const kept = Math.min(before.get(name) ?? 0, wanted);
    const short = (lost: number, served: number) => {
      const followed = finished(name) ? Math.min(lost, wanted - served) : lost;
      return Math.max(0, Math.min(100 - served, Math.max(followed, kept - served)));
    };
    const certain = short(carried.least, serving.most);
    const possible = Math.max(certain, short(carried.most, serving.least));
    return possible === 0 ? [] : [{ name, certain, possible }];
  });
}

interface Range {
  least: number;
  most: number;
}

interface NameParts {
  /** What the engines that bear the name have lost, less what they have gained. */
  readonly carried: Range;
  readonly serving: Range;
}

function addEngine({ before, now, perhaps }: ShiftedEngine, parts: ReadonlyMap<string, NameParts>): void {
  const outcomes = perhaps === undefined ? [now] : [now, perhaps];
  const had = before?.split ?? 0;
  for (const name of new Set(outcomes.flatMap(nameOf))) {
    const sums = parts.get(name);
    if (sums === undefined) continue;
    const bearing = outcomes.map((one) => (one !== null && one.name === name ? one : undefined));
    add(
      sums.carried,
      bearing.map((one) => (one === undefined ? 0 : had - one.split)),
    );
    add(
      sums.serving,
      bearing.map((one) => one?.split ?? 0),
    );
  }
}

function add(range: Range, values: readonly number[]): void {
  range.least += Math.min(...values);
  range.most += Math.max(...values);
}

function noRange(): Range {
  return { least: 0, most: 0 };
}

function nameOf(share: NamedSplit | null): string[] {
  return share === null ? [] : [share.name];
}
