import { describe, expect, test } from 'vitest';
import type { Live, Resource } from '../../src/model/resource.js';
import { matchResources } from '../../src/plan/match.js';
import { engine, hook, liveEngine, liveHook } from './sample.js';

function matched(resources: readonly Resource[], live: readonly Live[]) {
  const { matches, unmanaged, problems } = matchResources(resources, live);
  return {
    ids: matches.map((one) => one.live?.remoteId ?? null),
    unmanaged: unmanaged.map(({ remoteId }) => remoteId),
    problems: problems.map(({ code, message, hint }) => ({ code, message, hint })),
  };
}

const nothingWrong = { unmanaged: [], problems: [] };

describe('a manifest is matched', () => {
  test('by name and version, within its kind', () => {
    const live = [liveEngine('v2', 'A@2.0.0'), liveEngine('v1', 'A@1.0.0'), liveHook('h', 'A')];
    expect(matched([engine('A@1.0.0'), engine('A@2.0.0'), hook('A')], live)).toEqual({
      ids: ['v1', 'v2', 'h'],
      ...nothingWrong,
    });
    expect(matched([engine('A@3.0.0')], [])).toEqual({ ids: [null], ...nothingWrong });
  });

  test('by a former name and version', () => {
    const renamed = engine('New@1.0.0', {}, { previousNames: ['Older', 'Old'] });
    expect(matched([renamed], [liveEngine('e', 'Old@1.0.0')])).toEqual({ ids: ['e'], ...nothingWrong });
    expect(matched([hook('new', {}, { previousNames: ['old'] })], [liveHook('h', 'old')])).toEqual({
      ids: ['h'],
      ...nothingWrong,
    });
  });

  test('by engineId before anything else, whatever the name is', () => {
    const pinned = engine('A@1.0.0', {}, { engineId: 'two' });
    const live = [liveEngine('one', 'A@1.0.0'), liveEngine('two', 'Elsewhere@1.0.0')];
    expect(matched([pinned], live)).toEqual({ ids: ['two'], unmanaged: ['one'], problems: [] });
  });
});

describe('nothing is planned', () => {
  test('where two live engines have one identity, and both ids are named', () => {
    const { problems } = matched([engine('A@1.0.0')], [liveEngine('one', 'A@1.0.0'), liveEngine('two', 'A@1.0.0')]);
    expect(problems).toEqual([
      {
        code: 'live-ambiguous',
        message: 'SpeechEngine/A@1.0.0: 2 live resources are SpeechEngine/A@1.0.0: one and two',
        hint: 'Pin one of them with metadata.engineId.',
      },
    ]);
  });

  test('where two live webhooks have one name', () => {
    const { problems } = matched([hook('A')], [liveHook('one', 'A'), liveHook('two', 'A')]);
    expect(problems).toMatchObject([{ code: 'live-ambiguous', hint: 'Rename one of them in CXone.' }]);
  });

  test('where the pinned id is not live, or is live in another version', () => {
    const pinned = engine('A@1.0.0', {}, { engineId: 'x' });
    expect(matched([pinned], [liveEngine('y', 'A@1.0.0')]).problems).toMatchObject([{ code: 'engine-id-unknown' }]);
    expect(matched([pinned], [liveEngine('x', 'A@2.0.0')]).problems).toMatchObject([
      { code: 'engine-id-version', message: expect.stringContaining('is live as SpeechEngine/A@2.0.0') },
    ]);
  });

  test('where a webhook has the id that an engine pins', () => {
    expect(matched([engine('A@1.0.0', {}, { engineId: 'x' })], [liveHook('x', 'A')]).problems).toMatchObject([
      { code: 'engine-id-unknown' },
    ]);
  });

  test('where both the new and the old name are live', () => {
    const renamed = engine('New@1.0.0', {}, { previousNames: ['Old'] });
    const { problems } = matched([renamed], [liveEngine('n', 'New@1.0.0'), liveEngine('o', 'Old@1.0.0')]);
    expect(problems[0]).toMatchObject({
      code: 'rename-ambiguous',
      message: expect.stringContaining('SpeechEngine/New@1.0.0 (n) and SpeechEngine/Old@1.0.0 (o)'),
    });
  });

  test('where a rename leaves a version behind under the old name', () => {
    const renamed = engine('New@2.0.0', {}, { previousNames: ['Old'] });
    const { problems } = matched([renamed], [liveEngine('v2', 'Old@2.0.0'), liveEngine('v1', 'Old@1.0.0')]);
    expect(problems).toEqual([
      {
        code: 'rename-incomplete',
        message:
          'SpeechEngine/New@2.0.0: SpeechEngine/Old@1.0.0 (v1) is live under the old name and no manifest renames it',
        hint: 'Add a manifest for version 1.0.0 with the same previousNames.',
      },
    ]);
  });

  test('where two manifests describe one live engine', () => {
    const pinned = engine('B@1.0.0', {}, { engineId: 'a' });
    expect(matched([engine('A@1.0.0'), pinned], [liveEngine('a', 'A@1.0.0')]).problems).toMatchObject([
      { code: 'live-claimed-twice' },
    ]);
  });
});

test('a problem stands where its manifest does', () => {
  const { problems } = matchResources([engine('A@1.0.0', {}, { engineId: 'x' })], []);
  expect(problems).toMatchObject([{ file: 'environments/prod/A.yaml', line: 3, column: 1, severity: 'error' }]);
});

test('unmanaged resources come in the order of their identity, then their id', () => {
  const live = [liveEngine('2', 'B@1.0.0'), liveEngine('1', 'B@1.0.0'), liveEngine('9', 'A@1.0.0')];
  expect(matched([], live).unmanaged).toEqual(['9', '1', '2']);
});
