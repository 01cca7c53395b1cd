import { describe, expect, test } from 'vitest';
import { hashJson } from '../../src/model/hash.js';
import { attribute, type LastOutcome } from '../../src/plan/attribute.js';
import { driftOf } from '../../src/plan/drift.js';
import { change, engine, liveEngine, planOf } from './sample.js';

const wanted = engine('A@1.0.0', { description: 'git' });
const differs = change(wanted, liveEngine('a', 'A@1.0.0', { description: 'live' }));
const [git, live, other] = [differs.payloadHash, differs.beforeHash, 'f'.repeat(64)];

describe('why live differs from git', () => {
  test.each<[string, LastOutcome | undefined, string]>([
    ['nothing was recorded of it', undefined, 'unattributed'],
    ['live is as the last apply left it: git moved', { payloadHash: other, resultHash: live }, 'change'],
    ['git is as it was applied: live moved', { payloadHash: git, resultHash: git }, 'drift'],
    ['both moved', { payloadHash: other, resultHash: other }, 'unattributed'],
    ['the last apply did not get what git wants', { payloadHash: git, resultHash: other }, 'unattributed'],
    ['nothing was left by it', { payloadHash: git, resultHash: null }, 'unattributed'],
  ])('%s', (_why, last, cause) => {
    expect(attribute(differs, last)('/description')).toBe(cause);
  });

  test('a create is always a change of git', () => {
    expect(attribute(change(wanted, null), { payloadHash: git, resultHash: git })('/description')).toBe('change');
  });

  test('a value that git still wants and CXone stored otherwise is of that cause, member by member', () => {
    const last = (sent: string) => ({
      payloadHash: git,
      resultHash: live,
      storedDifferently: [{ member: 'description', sentHash: hashJson(sent) }],
    });
    const causes = (outcome: LastOutcome) => ['/description', '/trafficSplit'].map(attribute(differs, outcome));
    expect(causes(last('git'))).toEqual(['stored-differently', 'change']);
    expect(causes(last('what git wanted then'))).toEqual(['change', 'change']);
    expect(causes({ ...last('git'), resultHash: other })).toEqual(['unattributed', 'unattributed']);
  });
});

describe('drift', () => {
  const input = {
    resources: [wanted, engine('B@1.0.0')],
    live: [liveEngine('a', 'A@1.0.0', { description: 'live' }), liveEngine('x', 'X@1.0.0')],
  };

  test("tells a plan from git's side: what differs, what is missing, what is unmanaged", () => {
    const drift = driftOf(planOf(input).plan);
    expect(drift).toMatchObject({ status: 'drifted', environment: 'prod' });
    expect(drift.drift).toEqual([
      {
        id: 'SpeechEngine/A@1.0.0',
        remoteId: 'a',
        fields: [{ path: '/description', git: 'git', live: 'live', cause: 'unattributed' }],
      },
    ]);
    expect(drift.missing).toEqual([
      { id: 'SpeechEngine/B@1.0.0', source: { file: 'environments/prod/B.yaml', line: 3 } },
    ]);
    expect(drift.unmanaged.map(({ id }) => id)).toEqual(['SpeechEngine/X@1.0.0']);
  });

  test('calls what git has moved on from pending, and an edit outside git drift', () => {
    const causes = (last: LastOutcome) =>
      driftOf(planOf({ ...input, lastOutcome: () => last }).plan).drift[0]?.fields.map(({ cause }) => cause);
    expect(causes({ payloadHash: other, resultHash: live })).toEqual(['pending']);
    expect(causes({ payloadHash: git, resultHash: git })).toEqual(['drift']);
  });

  test('is in sync though engines without a manifest are live', () => {
    const drift = driftOf(
      planOf({
        resources: [wanted],
        live: [liveEngine('a', 'A@1.0.0', { description: 'git' }), liveEngine('x', 'X@1.0.0')],
      }).plan,
    );
    expect(drift).toMatchObject({ status: 'in-sync', drift: [], missing: [], unmanaged: [{ remoteId: 'x' }] });
  });

  test('is drifted when something is only missing', () => {
    expect(driftOf(planOf({ resources: [wanted] }).plan)).toMatchObject({ status: 'drifted', drift: [] });
  });
});
