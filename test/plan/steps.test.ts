import { describe, expect, test } from 'vitest';
import { trafficSplitOf } from '../../src/kinds/speech-engine.js';
import type { JsonObject } from '../../src/model/json.js';
import type { PlannedChange } from '../../src/plan/planned-change.js';
import { planSteps, type Step, stepRequest } from '../../src/plan/steps.js';
import { change, engine, hook, liveEngine, liveHook } from './sample.js';

const pipeline = { audioProcessingOptions: { noiseSuppression: { enabled: true } } };

/** A new version, with what git wants of it. */
const create = (version: string, spec: JsonObject = {}) => change(engine(`A@${version}`, spec), null);
/** A live version that moves from one split to another; `was` and `is` are what else live says and git wants. */
const move = (version: string, from: number, to: number, was: JsonObject = {}, is: JsonObject = {}) =>
  change(
    engine(`A@${version}`, { trafficSplit: to, ...is }),
    liveEngine(`id-${version}`, `A@${version}`, { trafficSplit: from, ...was }),
  );
const renamed = (version: string, from: number, to: number) =>
  change(
    engine(`A@${version}`, { trafficSplit: to }),
    liveEngine(`id-${version}`, `Old@${version}`, { trafficSplit: from }),
  );

/** The stages in one line each: `create 1.0.0 at 0`. */
function told(changes: readonly PlannedChange[]) {
  const { prepare, lower, raise } = planSteps(changes);
  const tell = ({ change: { resource }, name, to }: Step) =>
    `${name} ${resource.identity.version ?? ''} at ${trafficSplitOf(to)}`;
  return {
    prepare: prepare.map((steps) => steps.map(tell)),
    lower: lower.map((steps) => steps.map(tell)),
    raise: raise.flat().map(tell),
  };
}

const nothing = { prepare: [], lower: [], raise: [] };

describe('the writes of one name', () => {
  test.each<[string, readonly PlannedChange[], ReturnType<typeof told>]>([
    [
      'a complete engine takes one POST with its split',
      [create('1', { trafficSplit: 40 })],
      { ...nothing, prepare: [['create 1 at 40']] },
    ],
    [
      'a pipeline and its split come together, after a POST at 0',
      [create('1', { trafficSplit: 40, ...pipeline })],
      { ...nothing, prepare: [['create 1 at 0']], raise: ['configure 1 at 40'] },
    ],
    [
      'a pipeline without traffic is configured before any traffic moves',
      [create('1', pipeline), move('2', 0, 10)],
      { ...nothing, prepare: [['create 1 at 0', 'configure 1 at 0']], raise: ['raise 2 at 10'] },
    ],
    [
      'a new version of a name whose splits move is created at 0',
      [create('2', { trafficSplit: 50 }), move('1', 100, 50)],
      { prepare: [['create 2 at 0']], lower: [['lower 1 at 50']], raise: ['configure 2 at 50'] },
    ],
    [
      'a new version at 0 needs no second write',
      [create('2'), move('1', 100, 50)],
      { ...nothing, prepare: [['create 2 at 0']], lower: [['lower 1 at 50']] },
    ],
    [
      'siblings that change without moving leave a create in one piece',
      [create('2', { trafficSplit: 50 }), move('1', 50, 50, {}, { description: 'new' })],
      { ...nothing, prepare: [['create 2 at 50'], ['update 1 at 50']] },
    ],
    [
      'splits fall before others rise, and take their other changes along',
      [move('1', 90, 50, {}, { description: 'new' }), move('2', 10, 50), move('3', 0, 0, {}, pipeline)],
      { prepare: [['update 3 at 0']], lower: [['lower 1 at 50']], raise: ['raise 2 at 50'] },
    ],
    [
      'a wrong flag alone moves no traffic',
      [move('1', 10, 10, { abTestingEnabled: false })],
      { ...nothing, prepare: [['update 1 at 10']] },
    ],
    [
      'a rename moves no traffic',
      [renamed('1', 60, 60), renamed('2', 40, 40)],
      { ...nothing, prepare: [['update 1 at 60'], ['update 2 at 40']] },
    ],
    [
      'a rename waits for splits that fall under the name it enters',
      [renamed('1', 60, 60), move('2', 80, 40)],
      { ...nothing, lower: [['lower 2 at 40']], raise: ['update 1 at 60'] },
    ],
    [
      'a rename whose own split falls comes after those in place, and before what rises',
      [renamed('1', 60, 30), move('2', 80, 40), move('3', 0, 30)],
      { ...nothing, lower: [['lower 2 at 40'], ['lower 1 at 30']], raise: ['raise 3 at 30'] },
    ],
    [
      'versions that are renamed together move their traffic as others do',
      [renamed('1', 90, 50), renamed('2', 10, 50)],
      { ...nothing, lower: [['lower 1 at 50']], raise: ['raise 2 at 50'] },
    ],
  ])('%s', (_sentence, changes, stages) => {
    expect(told(changes)).toEqual(stages);
  });

  test('lead from state to state: each starts where the one before it ended, and the last ends as git wants', () => {
    const changed = create('1', { trafficSplit: 40, description: 'd', ...pipeline });
    const { prepare, raise } = planSteps([changed]);
    const steps = [...prepare.flat(), ...raise.flat()];
    expect(steps.map(({ from }) => from)).toEqual([null, steps[0]?.to]);
    expect(steps[0]?.to).toEqual({
      ...changed.after,
      trafficSplit: 0,
      abTestingEnabled: false,
      audioProcessingOptions: null,
    });
    expect(steps.at(-1)?.to).toEqual(changed.after);
  });

  test('of a webhook are one each', () => {
    const update = change(hook('h', { retryPolicy: { maxRetries: 0 } }), liveHook('w', 'h'));
    const stages = planSteps([update]);
    expect(stages).toMatchObject({ prepare: [[{ name: 'update' }]], lower: [], raise: [] });
    expect(stages.prepare[0]?.map(stepRequest)).toEqual([{ method: 'PATCH', path: '/api/v2/webhooks/w' }]);
    expect(planSteps([change(hook('h'), null)]).prepare[0]?.map(stepRequest)).toEqual([
      { method: 'POST', path: '/api/v2/webhooks' },
    ]);
  });
});
