import { afterEach, describe, expect, test } from 'vitest';
import { dryRun, examine, moments, nameOf, type RequestPoint, type Variant, variants } from './matrix.js';
import { everything } from './scenario.js';
import { closeWorlds, openWorld } from './world.js';

afterEach(closeWorlds);

/**
 * Each request of an apply, killed and cut at each moment. `npm run kill-matrix` has them with every variant, by real
 * processes; a program in this one that is killed after a reply has done no more than one that is killed before.
 */
async function pointsOf({ assume }: Variant): Promise<RequestPoint[]> {
  const { requests } = await dryRun(await openWorld({ ...everything, assume }));
  await closeWorlds();
  const whats = [
    ...moments.map((when) => ({ how: 'cut', when }) as const),
    ...moments.slice(0, 2).map((when) => ({ how: 'kill', when }) as const),
  ];
  return requests.flatMap((request) => whats.map((what) => ({ ...what, request })));
}

const lagging = (await pointsOf(variants.lag)).filter(({ when }) => when === 'after it is done');

describe.each([
  { variant: variants.plain, points: await pointsOf(variants.plain) },
  { variant: variants.lag, points: lagging },
])('an apply ($variant.name)', ({ variant, points }) => {
  test.each(points.map((point) => [nameOf(point, variant), point] as const))(
    '%s: the next runs converge, nothing is there twice, nothing is lost',
    async (_name, point) => {
      const world = await openWorld({ ...everything, assume: variant.assume });
      expect(await examine(world, point, variant)).toEqual([]);
    },
  );
});
