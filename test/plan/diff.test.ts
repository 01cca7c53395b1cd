import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { State } from '../../src/kinds/kind-definition.js';
import { speechEngine } from '../../src/kinds/speech-engine.js';
import { webhook } from '../../src/kinds/webhook.js';
import { canonicalJson } from '../../src/model/canonical-json.js';
import { hashJson } from '../../src/model/hash.js';
import { isJsonObject, type Json } from '../../src/model/json.js';
import { diffStates } from '../../src/plan/diff.js';

const cases = new URL('../cases/diff/', import.meta.url);

// Each folder holds what live and git say of one engine, and what the plan shows of it.
for (const name of readdirSync(cases)) {
  test(`shows ${name.slice(3).replaceAll('-', ' ')}`, async () => {
    const folder = new URL(`${name}/`, cases);
    const { live, git }: { live: Json; git: Json } = parse(readFileSync(new URL('case.yaml', folder), 'utf8'));
    const before = live === null ? null : stateOf(live);
    const after = stateOf(git);
    const differences = diffStates(speechEngine, before, after);
    const lines = differences.map(
      (one) => `${one.path}\n  - ${canonicalJson(one.before)}\n  + ${canonicalJson(one.after)}\n`,
    );
    await expect(lines.join('')).toMatchFileSnapshot(new URL('diff.txt', folder).pathname);
    if (before !== null) expect(differences.length > 0).toBe(hashJson(before) !== hashJson(after));
  });
}

function stateOf(settings: Json): State {
  if (!isJsonObject(settings)) throw new Error('a case says an object');
  const ids = { acousticModelId: 'm', languageProfileId: 'p' };
  return speechEngine.liveState({ name: 'IVR', version: '1.0.0', ...ids, ...settings }, (id) => id);
}

test('shows the sets of a webhook by their items, and never their order', () => {
  const filter = (...eventTypes: string[]) => ({ eventTypes, speechEngineIds: ['e1'] });
  const state = (entity: Parameters<typeof webhook.liveState>[0]) =>
    webhook.liveState({ name: 'h', callbackUrl: 'u', ...entity }, (id) => id);
  const before = state({ filter: filter('b', 'a'), headers: { 'X-A': '***' } });
  expect(diffStates(webhook, before, state({ filter: filter('a', 'b'), headers: { 'X-A': '***' } }))).toEqual([]);
  expect(
    diffStates(webhook, before, state({ filter: filter('b', 'c'), headers: {}, retryPolicy: { maxRetries: 0 } })),
  ).toEqual([
    { path: '/eventTypes/a', before: 'a', after: null },
    { path: '/eventTypes/c', before: null, after: 'c' },
    { path: '/headers/x-a', before: 'x-a', after: null },
    { path: '/retryPolicy/maxRetries', before: 3, after: 0 },
  ]);
});

test('whatever two states are, they differ somewhere exactly when their hashes do', () => {
  const rule = fc.record({ id: fc.constantFrom('a', 'b', 'a#2', '__proto__'), pattern: fc.constantFrom('x', 'y') });
  const phrase = fc.constantFrom('a', 'b', 'a#2', '["a"]', '');
  const odd = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>; // Its type says unknown; it makes JSON only.
  const content = fc.record(
    {
      rules: fc.oneof(fc.array(rule, { maxLength: 3 }), odd),
      phrases: fc.oneof(fc.array(phrase, { maxLength: 4 }), odd),
      more: odd,
    },
    { requiredKeys: [] },
  );
  const grammar = fc.oneof(fc.record({ type: fc.constantFrom('json', 'list'), content }), odd);
  const state = fc
    .record(
      { grammarConstraints: fc.array(grammar, { maxLength: 3 }), audioProcessingOptions: odd, description: odd },
      { requiredKeys: [] },
    )
    .map((settings) => stateOf(settings));
  fc.assert(
    fc.property(state, state, (one, other) => {
      expect(diffStates(speechEngine, one, other).length > 0).toBe(hashJson(one) !== hashJson(other));
      expect(diffStates(speechEngine, one, one)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
