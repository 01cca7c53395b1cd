import { describe, expect, test } from 'vitest';
import type { EngineTraffic } from '../../src/traffic/engine-traffic.js';
import { type RecordedShift, unfinishedShifts } from '../../src/traffic/unfinished-shifts.js';

const lowered: EngineTraffic = {
  id: 'A@1',
  version: '1',
  remoteId: 'a1',
  live: { name: 'A', split: 40 },
  desired: { name: 'A', split: 40 },
  changing: false,
};
const raised: EngineTraffic = {
  id: 'A@2',
  version: '2',
  remoteId: 'a2',
  live: { name: 'A', split: 0 },
  desired: { name: 'A', split: 60 },
  changing: true,
};
const shift: RecordedShift = { before: 100, after: 40, raises: ['A@2', 'A@3'], intact: true };

const find = (engines: readonly EngineTraffic[], recorded: RecordedShift = shift) =>
  unfinishedShifts(engines, ({ remoteId }) => (remoteId === 'a1' ? recorded : undefined));

describe('an unfinished shift', () => {
  test('is continued by a run that raises what it was for', () => {
    expect(find([lowered, raised])).toEqual([
      { engine: lowered, name: 'A', before: 100, now: 40, raises: ['A@2'], continues: true, restorable: true },
    ]);
  });

  test('is told, too, where the run leaves the raise out', () => {
    expect(find([lowered, { ...raised, changing: false }])).toMatchObject([{ continues: false, raises: ['A@2'] }]);
  });

  test('is told, and not restored, where somebody else has changed the engine, or its manifest is gone', () => {
    expect(find([lowered, raised], { ...shift, intact: false })).toMatchObject([{ restorable: false }]);
    expect(find([{ ...lowered, desired: null }, raised])).toMatchObject([{ restorable: false }]);
  });

  test('is over when the split is another one, when git asks for no raise, and when the engine is gone', () => {
    expect(find([{ ...lowered, live: { name: 'A', split: 60 } }, raised])).toEqual([]);
    expect(find([lowered, { ...raised, desired: raised.live }])).toEqual([]);
    expect(find([{ ...lowered, live: null }, raised])).toEqual([]);
  });

  test('waits for a version that is yet to be created', () => {
    expect(find([lowered, { ...raised, live: null, remoteId: null }])).toMatchObject([{ continues: true }]);
  });
});
