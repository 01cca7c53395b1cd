import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Live, Resource } from '../../src/model/resource.js';
import { buildPlan } from '../../src/plan/build.js';
import { apply, openWorld, type World } from '../apply/run.js';
import { type Fate, forbidden } from '../apply/tenant.js';
import { engine, engineId, liveEngine, planInput } from '../plan/sample.js';

/** An engine that is live, that git asks for, or both, each under a name and with a split. */
interface Case {
  readonly live: Share | null;
  readonly desired: Share | null;
  readonly selected: boolean;
  readonly edited: boolean;
  readonly pipeline: boolean;
  /** What becomes of its writes in turn, and whether it can be read. */
  readonly fates: readonly Fate[];
  readonly unreadable: boolean;
}

interface Share {
  readonly name: string;
  readonly split: number;
}

const shares = fc.record({ name: fc.constantFrom('A', 'A', 'B', 'C'), split: fc.constantFrom(0, 10, 30, 60, 100) });
const fate = fc.constantFrom<Fate>('done', 'done', 'done', forbidden, 'lost', 'lost-after', 'not-sent', 'altered');
const cases = fc.record<Case>({
  live: fc.option(shares, { freq: 4 }),
  desired: fc.option(shares, { freq: 6 }),
  selected: fc.boolean(),
  edited: fc.boolean(),
  pipeline: fc.boolean(),
  fates: fc.oneof(fc.constant([]), fc.array(fate, { maxLength: 3 })),
  unreadable: fc.constantFrom(false, false, true),
});
const worlds = fc
  .record({ drawn: fc.array(cases, { minLength: 2, maxLength: 6 }), selects: fc.boolean() })
  .map(({ drawn, selects }) => {
    const [live, desired] = [new Budget(), new Budget()];
    const engines = drawn.map((one) => ({
      ...one,
      live: live.take(one.live),
      desired: desired.take(one.desired),
      selected: !selects || one.selected,
    }));
    return { engines, selects };
  });

test('whatever is renamed, selected and refused: no name passes 100, no true sum is refused, and what is unserved is told', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async ({ engines, selects }) => {
      const resources = engines.flatMap(resourceOf);
      const live = engines.flatMap(liveOf);
      const only = selects ? engines.flatMap((one, index) => (one.selected ? idsOf(one, index) : [])) : [];
      fc.pre(!selects || only.length > 0);
      const after = sums(engines.map(afterRun));
      const built = buildPlan(planInput({ resources, live, only }));
      if (!('plan' in built)) {
        expect(built.problems.map(({ code }) => code)).toContain('only-splits-over-100');
        expect(Math.max(...after.values())).toBeGreaterThan(100);
        return;
      }
      const names = new Set(engines.flatMap((one) => (changes(one) ? [one.desired?.name ?? ''] : [])));
      const over = [...names].filter((name) => (after.get(name) ?? 0) > 100);
      if (built.plan.refusals.length > 0) {
        expect(over.length > 0 || !canBeOrdered(engines)).toBe(true);
        return;
      }
      expect(over).toEqual([]);

      const world = openWorld(live);
      const passed = watchSums(world);
      setFates(world, engines);
      const { progress, unserved } = await apply(world, resources, { only });
      expect(passed()).toEqual([]);

      const told = new Map(unserved.map((one) => [one.name, one]));
      const [before, now] = [sums(engines.map((one) => one.live)), served(world)];
      for (const [name, percent] of before) {
        const kept = Math.min(percent, after.get(name) ?? 0);
        const missing = kept - (now.get(name) ?? 0);
        expect(missing, `missing of ${name}`).toBeLessThanOrEqual(told.get(name)?.possible ?? 0);
      }
      for (const { name, certain } of unserved) expect(certain).toBeLessThanOrEqual(100 - (now.get(name) ?? 0));
      const allDone = progress.every(({ status }) => status === 'applied');
      if (allDone && !selects) expect(unserved).toEqual([]);
      if (onlyRaisesRefused(engines)) expect(unserved.filter(({ name }) => !isLeft(engines, name))).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

/** A hundred per cent of each name, handed out. */
class Budget {
  readonly #left = new Map<string, number>();
  take(share: Share | null): Share | null {
    if (share === null) return null;
    const left = this.#left.get(share.name) ?? 100;
    const split = Math.min(share.split, left);
    this.#left.set(share.name, left - split);
    return { ...share, split };
  }
}

function versionOf(index: number): string {
  return `${index + 1}.0.0`;
}

function idsOf({ desired }: Case, index: number): string[] {
  return desired === null ? [] : [engineId(`${desired.name}@${versionOf(index)}`)];
}

function resourceOf({ live, desired, edited, pipeline }: Case, index: number): Resource[] {
  if (desired === null) return [];
  const audioProcessingOptions = pipeline ? { noiseSuppression: { enabled: true } } : null;
  const spec = { trafficSplit: desired.split, description: edited ? 'edited' : '', audioProcessingOptions };
  const extras = live === null ? {} : { engineId: `e${index}` };
  return [engine(`${desired.name}@${versionOf(index)}`, spec, extras)];
}

function liveOf({ live, pipeline }: Case, index: number): Live[] {
  if (live === null) return [];
  const audioProcessingOptions = pipeline ? { noiseSuppression: { enabled: true } } : null;
  const members = { trafficSplit: live.split, audioProcessingOptions };
  return [liveEngine(`e${index}`, `${live.name}@${versionOf(index)}`, members)];
}

function setFates({ tenant }: World, engines: readonly Case[]): void {
  for (const [index, { live, desired, fates, unreadable }] of engines.entries()) {
    const write = live === null ? `POST ${desired?.name ?? ''}@${versionOf(index)}` : `PATCH e${index}`;
    tenant.fates.set(write, [...fates]);
    if (unreadable) tenant.fates.set(`GET e${index}`, ['lost', 'lost', 'lost']);
  }
}

/** Looks at the splits before each write; the returned function looks once more, and names what passed 100. */
function watchSums(world: World): () => string[] {
  const passed: string[] = [];
  const look = () => {
    for (const [name, sum] of served(world)) if (sum > 100) passed.push(`${name} at ${sum}`);
  };
  world.tenant.onWrite = look;
  return () => {
    look();
    return passed;
  };
}

function served({ tenant }: World): Map<string, number> {
  return sums(
    [...tenant.live.values()].map(({ identity, entity }) => {
      const { trafficSplit } = entity;
      return { name: identity.name, split: typeof trafficSplit === 'number' ? trafficSplit : 0 };
    }),
  );
}

function sums(all: readonly (Share | null)[]): Map<string, number> {
  const added = new Map<string, number>();
  for (const one of all) if (one !== null) added.set(one.name, (added.get(one.name) ?? 0) + one.split);
  return added;
}

function changes({ live, desired, selected, edited }: Case): boolean {
  if (desired === null || !selected) return false;
  return live === null || edited || live.name !== desired.name || live.split !== desired.split;
}

function afterRun(one: Case): Share | null {
  return changes(one) ? one.desired : one.live;
}

/** Whether some order of the changes passes 100 nowhere. */
function canBeOrdered(engines: readonly Case[]): boolean {
  const search = (state: readonly (Share | null)[], done: ReadonlySet<number>): boolean => {
    const left = [...engines.keys()].filter((index) => !done.has(index) && changes(engines[index] ?? nothing));
    return (
      left.length === 0 ||
      left.some((index) => {
        const next = state.map((share, at) => (at === index ? (engines[index]?.desired ?? null) : share));
        return [...sums(next).values()].every((sum) => sum <= 100) && search(next, new Set([...done, index]));
      })
    );
  };
  return search(
    engines.map(({ live }) => live),
    new Set(),
  );
}

/** Nothing but raises in place is refused, once and for certain: then all that was lowered can be restored. */
function onlyRaisesRefused(engines: readonly Case[]): boolean {
  if (!engines.every(({ selected }) => selected)) return false;
  return engines.every(({ live, desired, fates }) => {
    if (fates.every((one) => one === 'done')) return true;
    const rises = live !== null && desired !== null && live.name === desired.name && desired.split > live.split;
    return rises && fates[0] === forbidden;
  });
}

/** An engine leaves the name for another one. */
function isLeft(engines: readonly Case[], name: string): boolean {
  return engines.some(({ live, desired }) => live?.name === name && desired !== null && desired.name !== name);
}

const nothing: Case = {
  live: null,
  desired: null,
  selected: false,
  edited: false,
  pipeline: false,
  fates: [],
  unreadable: false,
};
