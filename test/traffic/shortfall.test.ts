import { describe, expect, test } from 'vitest';
import { type ShiftedEngine, shortfalls } from '../../src/traffic/shortfall.js';
import { splitToRestore } from '../../src/traffic/split-to-restore.js';

/** `A 100 > A 40`: before and now; then what git asks for, and what it may be instead. */
function engine(way: string, desired?: string, perhaps?: string): ShiftedEngine {
  const [before = '', now = ''] = way.split(' > ');
  return {
    before: share(before),
    now: share(now),
    desired: share(desired ?? now),
    planned: share(desired ?? now),
    ...(perhaps !== undefined && { perhaps: share(perhaps) }),
  };
}

function share(text: string) {
  const [name = '', split = '0'] = text.split(' ');
  return name === '-' ? null : { name, split: Number(split) };
}

/** `A 30` is certain, `A 0-30` possible. */
function told(engines: readonly ShiftedEngine[], finished = false): string[] {
  return shortfalls(engines, { finished: () => finished }).map(({ name, certain, possible }) =>
    certain === possible ? `${name} ${certain}` : `${name} ${certain}-${possible}`,
  );
}

describe('a name is short', () => {
  test.each<[string, ShiftedEngine[], string[]]>([
    ['of what no raise took over', [engine('A 100 > A 40', 'A 40'), engine('A 0 > A 0', 'A 60')], ['A 60']],
    ['of what is left of it', [engine('A 100 > A 40'), engine('A 0 > A 30'), engine('A 0 > A 0', 'A 30')], ['A 30']],
    ['of nothing that another one took over', [engine('A 100 > A 40'), engine('- > A 60')], []],
    ['of what left it, where others were to rise', [engine('A 40 > B 40'), engine('A 60 > A 60', 'A 100')], ['A 40']],
    ['of nothing that git takes away from it', [engine('A 40 > B 40'), engine('A 60 > A 60')], []],
    [
      'of nothing that is live under a former name still',
      [engine('A 100 > A 100', 'A 40'), engine('A 0 > A 0', 'A 30'), engine('Old 30 > Old 30', 'A 20')],
      [],
    ],
    [
      'of the traffic that an engine brought with its rename',
      [engine('Old 90 > A 50', 'A 50'), engine('Old 10 > Old 10', 'A 50')],
      ['A 40'],
    ],
    ['of no more than 100', [engine('A 100 > A 40'), engine('Old 100 > A 30')], ['A 30']],
    [
      'perhaps, where nobody knows whether another one has risen',
      [engine('A 90 > A 50'), engine('A 10 > A 10', 'A 50', 'A 50')],
      ['A 0-40'],
    ],
    [
      'perhaps, where nobody knows whether it has fallen',
      [engine('A 50 > A 50', 'A 30', 'A 30'), engine('A 50 > A 30'), engine('- > A 0', 'A 40')],
      ['A 20-40'],
    ],
  ])('%s', (_sentence, engines, expected) => {
    expect(told(engines)).toEqual(expected);
  });

  test('of nothing when all is done and git asks for less', () => {
    expect(told([engine('A 100 > A 70')], true)).toEqual([]);
    expect(told([engine('A 100 > A 70')], false)).toEqual(['A 30']);
  });

  test('when all is done, and git asks for more that this run was not to do', () => {
    const selected = [engine('A 100 > A 40'), engine('A 0 > A 30'), engine('Old 30 > Old 30', 'A 20')];
    expect(told(selected, true)).toEqual(['A 20']);
  });
});

describe('a lowered engine gets back', () => {
  const lowered = engine('A 100 > A 40');

  test('what it had, whatever is live under a former name', () => {
    expect(splitToRestore(lowered, [lowered, engine('A 0 > A 0', 'A 30'), engine('Old 30 > Old 30', 'A 30')])).toBe(
      100,
    );
  });

  test('what unmanaged versions and those that left another name leave', () => {
    expect(splitToRestore(lowered, [lowered, engine('Old 30 > A 30')])).toBe(70);
  });

  test('never more than it had', () => {
    const short = engine('A 20 > A 10');
    expect(splitToRestore(short, [short, engine('A 40 > B 40'), engine('A 40 > A 40', 'A 90')])).toBe(20);
  });

  test('what stays below 100 even if a raise of unknown outcome was done', () => {
    const risen = engine('A 0 > A 0', 'A 20', 'A 20');
    expect(splitToRestore(lowered, [lowered, risen, engine('A 0 > A 0', 'A 40')])).toBe(80);
    expect(splitToRestore(lowered, [lowered, engine('A 0 > A 0', 'A 60', 'A 60')])).toBeUndefined();
  });

  test('nothing where its own outcome is unknown, or it is not live', () => {
    const unknown = engine('A 100 > A 40', 'A 40', 'A 100');
    expect(splitToRestore(unknown, [unknown])).toBeUndefined();
    const gone = engine('A 100 > -', 'A 40');
    expect(splitToRestore(gone, [gone])).toBeUndefined();
  });
});
