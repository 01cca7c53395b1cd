import { expect, test } from 'vitest';
import type { EngineTraffic } from '../../src/traffic/engine-traffic.js';
import { linkNames } from '../../src/traffic/linked-names.js';
import { openTraffic } from '../../src/traffic/traffic-index.js';

/** `Old 30 > A 20`: live and desired; `-` is neither. */
function engine(id: string, way: string, changing = true): EngineTraffic {
  const [live = '', desired = ''] = way.split(' > ').map((text) => text.trim());
  return {
    id,
    version: id,
    remoteId: live === '-' ? null : `id-${id}`,
    live: share(live),
    desired: share(desired),
    changing: changing && desired !== '-',
  };
}

function share(text: string) {
  const [name = '', split = '0'] = text.split(' ');
  return name === '-' ? null : { name, split: Number(split) };
}

const waiting = engine('2', 'Old 30 > A 20', false);
const traffic = openTraffic([
  engine('1', 'A 100 > A 40'),
  waiting,
  engine('3', '- > A 30'),
  engine('4', 'A 5 > -'),
  engine('5', 'A 10 > B 10'),
]);

test('an engine that this run does not rename counts under the name that it bears live', () => {
  expect([traffic.sumAfter('A'), traffic.sumAfter('Old'), traffic.sumAfter('B'), traffic.sumAfter('C')]).toEqual([
    75, 30, 10, 0,
  ]);
});

test('an engine that this run renames is found under both its names, any other under its live name', () => {
  const ids = (name: string) => traffic.under(name).map(({ id }) => id);
  expect([ids('A'), ids('Old'), ids('B'), ids('C')]).toEqual([['1', '3', '4', '5'], ['2'], ['5'], []]);
});

test('only managed engines have an identity of a manifest, and only changed ones a changing name', () => {
  expect([traffic.engine('2'), traffic.engine('4')]).toEqual([waiting, undefined]);
  expect(traffic.changingNames).toEqual(['A', 'B']);
});

test('an engine that joins a name where others serve starts from 0 there, any other from what it serves', () => {
  const splitBefore = (id: string) => {
    const found = traffic.engine(id);
    return found && traffic.splitBefore(found);
  };
  expect(['1', '2', '3', '5'].map(splitBefore)).toEqual([100, 0, 0, 10]);
});

test('renames link names, through others too', () => {
  const linked = linkNames([
    ['A', 'B'],
    ['C', 'D'],
    ['B', 'C'],
    ['C', 'A'],
  ]);
  expect(new Set(['A', 'B', 'C', 'D'].map(linked)).size).toBe(1);
  expect(linked('E')).toBe('E');
});

test('a long row of renames is followed in no more time than it is long', () => {
  const linked = linkNames(Array.from({ length: 100_000 }, (_, index) => [`n${index}`, `n${index + 1}`] as const));
  expect(linked('n0')).toBe(linked('n99999'));
});
