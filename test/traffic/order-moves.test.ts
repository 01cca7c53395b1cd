import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gainOf, type Move } from '../../src/traffic/move.js';
import { orderMoves } from '../../src/traffic/order-moves.js';
import { sumByName } from '../../src/traffic/sum-by-name.js';

interface Named extends Move {
  readonly id: string;
}

/** `A 60 > B 40` moves an engine; `+ A 40` creates one. */
function move(text: string): Named {
  const [from = '', to = ''] = text.includes('>') ? text.split(' > ') : ['', text.replace('+ ', '')];
  return { id: text, from: from === '' ? null : share(from), to: share(to), inTwoWrites: false };
}

function share(text: string) {
  const [name = '', split = '0'] = text.split(' ');
  return { name, split: Number(split) };
}

function told(texts: readonly string[], others: readonly string[] = []) {
  const { prepare, lower, raise, blocked } = orderMoves(texts.map(move), others.map(share));
  const ids = (stage: readonly Named[]) => stage.map(({ id }) => id);
  return { prepare: ids(prepare), lower: lower.map(ids), raise: raise.map(ids), blocked: ids(blocked) };
}

const nothing = { prepare: [], lower: [], raise: [], blocked: [] };

describe('moves', () => {
  test.each<[string, string[], ReturnType<typeof told>]>([
    [
      'an engine leaves a name before another one rises there',
      ['A 60 > A 100', 'A 40 > B 40'],
      { ...nothing, lower: [['A 40 > B 40']], raise: [['A 60 > A 100']] },
    ],
    [
      'a new engine waits for the traffic of an engine that leaves',
      ['A 100 > B 100', '+ A 100'],
      { ...nothing, lower: [['A 100 > B 100']], raise: [['+ A 100']] },
    ],
    [
      'engines that follow each other through names go one after the other, the last name first',
      ['A 100 > B 100', 'B 100 > C 100', 'C 100 > D 100'],
      { ...nothing, prepare: [], lower: [['C 100 > D 100']], raise: [['B 100 > C 100'], ['A 100 > B 100']] },
    ],
    [
      'a name that is renamed as a whole moves no traffic',
      ['A 60 > B 60', 'A 40 > B 40'],
      { ...nothing, prepare: ['A 60 > B 60', 'A 40 > B 40'] },
    ],
    [
      'engines that take each other’s names have no order',
      ['A 100 > B 100', 'B 100 > A 100', 'C 50 > C 60'],
      { ...nothing, raise: [['C 50 > C 60']], blocked: ['A 100 > B 100', 'B 100 > A 100'] },
    ],
    [
      'engines that take each other’s names move where both have room',
      ['A 40 > B 40', 'B 40 > A 40'],
      { ...nothing, lower: [['A 40 > B 40', 'B 40 > A 40']] },
    ],
    [
      'an engine does not take the room that another one needs first',
      // Both fit into A, but only the engine of B makes room there, for the engine that leaves A for B.
      ['C 40 > A 40', 'B 40 > A 40', 'A 60 > B 60', 'B 50 > B 40'],
      {
        ...nothing,
        lower: [['B 50 > B 40']],
        raise: [['B 40 > A 40'], ['A 60 > B 60'], ['C 40 > A 40']],
      },
    ],
    [
      'an engine that comes with less than it had waits all the same where nobody has made room',
      ['A 100 > B 80', 'B 90 > C 90'],
      { ...nothing, lower: [['B 90 > C 90']], raise: [['A 100 > B 80']] },
    ],
  ])('%s', (_sentence, texts, stages) => {
    expect(told(texts)).toEqual(stages);
  });

  test('leave room for what engines serve beside them', () => {
    expect(told(['B 50 > A 50', '+ A 20'], ['A 30'])).toMatchObject({ prepare: ['B 50 > A 50', '+ A 20'] });
    expect(told(['B 50 > A 50', '+ A 20'], ['A 40'])).toMatchObject({ prepare: ['B 50 > A 50'], blocked: ['+ A 20'] });
  });
});

test('a move adds to a name what the engine did not serve there', () => {
  expect(['A 30 > A 50', 'A 50 > A 30', 'A 30 > B 30', '+ A 30'].map(move).map(gainOf)).toEqual([20, 0, 30, 30]);
});

const names = fc.constantFrom('A', 'B', 'C');
const shares = fc.record({ name: names, split: fc.integer({ min: 0, max: 60 }) });
const moves = fc.array(fc.record({ from: fc.option(shares), to: shares, inTwoWrites: fc.boolean() }), { maxLength: 8 });

test('in whatever order the writes of a stage are done, no name passes 100, and no move that could be done is left', () => {
  fc.assert(
    fc.property(moves, fc.array(shares, { maxLength: 2 }), (some, others) => {
      fc.pre(fits([...others, ...some.map(({ from }) => from)]) && fits([...others, ...some.map(({ to }) => to)]));
      const { prepare, lower, raise, blocked } = orderMoves(some, others);
      const done = new Set<Move>();
      const state = (rising: readonly Move[]) => [
        ...others,
        ...some.map((one) => (done.has(one) || rising.includes(one) ? one.to : one.from)),
        // Those that leave are still there in the worst case.
        ...rising.filter(({ from, to }) => from !== null && from.name !== to.name).map(({ from }) => from),
      ];
      for (const stage of [prepare, ...lower, ...raise]) {
        // At worst, all that adds is done and nothing that takes away.
        const rising = stage.filter((one) => gainOf(one) > 0);
        expect(fits(state(rising))).toBe(true);
        for (const one of stage) done.add(one);
      }
      expect(done.size + blocked.length).toBe(some.length);
      expect(blocked.length > 0).toBe(!canBeOrdered(some, others));
    }),
    { numRuns: 500 },
  );
});

/** Whether the moves can be done one after the other: lowered splits first, then whatever has room in any order. */
function canBeOrdered(left: readonly Move[], serving: readonly (Move['to'] | null)[]): boolean {
  const rest = left.filter((one) => gainOf(one) > 0 || one.from?.name !== one.to.name);
  const now = [...serving, ...left.filter((one) => !rest.includes(one)).map(({ to }) => to)];
  const state = (done: readonly Move[]) => rest.map((one) => (done.includes(one) ? one.to : one.from));
  const search = (done: readonly Move[]): boolean =>
    done.length === rest.length ||
    rest.some((one) => {
      if (done.includes(one)) return false;
      const next = [...done, one];
      return (gainOf(one) === 0 || fits([...now, ...state(next)])) && search(next);
    });
  return search([]);
}

function fits(serving: readonly (Move['to'] | null)[]): boolean {
  return [...sumByName(serving).values()].every((sum) => sum <= 100);
}
