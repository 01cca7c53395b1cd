import { expect, test } from 'vitest';
import { catalogFindings } from '../../../src/manifest/checks/catalog-findings.js';
import { rollouts } from '../../../src/manifest/checks/rollout.js';
import { splitSum } from '../../../src/manifest/checks/split-sum.js';
import type { JsonObject } from '../../../src/model/json.js';
import type { Resource } from '../../../src/model/resource.js';

/** `count` versions of one engine, as many as an environment can well have. */
function versions(count: number, spec: JsonObject, rollout?: JsonObject): Resource[] {
  return Array.from({ length: count }, (_, index) => ({
    identity: { kind: 'SpeechEngine', name: 'A', version: `${index}.0.0` },
    spec,
    ...(rollout !== undefined && { rollout }),
    previousNames: [],
    origins: new Map(),
    source: { file: 'environments/dev/a.yaml', line: 1, column: 1 },
  }));
}

test('as many rollouts as there may be engines are checked in no more time than they are many', () => {
  const findings = rollouts(versions(10_000, { trafficSplit: 5 }, { baseline: 'A@x', steps: [5] }), new Set());
  expect(findings.filter(({ code }) => code === 'rollout-baseline')).toHaveLength(10_000);
  expect(findings.find(({ code }) => code === 'rollout-baseline')?.hint).toBe('Write baseline: A@1.0.0');
}, 3000);

test('as many engines whose locales differ, against a catalogue of many profiles, likewise', () => {
  const profiles = Array.from({ length: 20_000 }, (_, index) => ({
    id: `p${index}`,
    locale: index === 0 ? 'en-GB' : 'en-US',
  }));
  const catalog = { formatVersion: 1 as const, models: [{ id: 'm', locale: 'en-us' }], profiles };
  const findings = catalogFindings(versions(10_000, { acousticModelId: 'm', languageProfileId: 'p0' }), catalog);
  expect(findings).toHaveLength(10_000);
  expect(findings[0]?.hint).toBe('For en-us there is p1, p2, p3 and 19996 more.');
}, 3000);

test('of many splits the first are said', () => {
  const [finding] = splitSum(versions(1000, { trafficSplit: 1 }));
  expect(finding?.message).toContain('A sum to 1000: 0.0.0 at 1, ');
  expect(finding?.message).toContain('9.0.0 at 1, and 990 more.');
});
