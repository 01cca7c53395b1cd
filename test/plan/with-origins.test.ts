import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { Origin, Resource } from '../../src/model/resource.js';
import { planHash } from '../../src/plan/plan-hash.js';
import { withOrigins } from '../../src/plan/with-origins.js';
import { engine, hook, liveEngine, liveHook, planOf } from './sample.js';

/** A resource whose fields are set where the map says: path → line. */
function setAt(resource: Resource, lines: Readonly<Record<string, number>>): Resource {
  const origin = (line: number): Origin => ({ file: 'environments/prod/a.yaml', line, column: 3, layer: 'prod' });
  return { ...resource, origins: new Map(Object.entries(lines).map(([path, line]) => [path, origin(line)])) };
}

/** The lines of the fields of the only change, by path. */
function linesOf(resource: Resource, live?: JsonObject, liveName = 'IVR@1.0.0') {
  const isEngine = resource.identity.kind === 'SpeechEngine';
  const one = isEngine ? liveEngine('1f0a', liveName, live) : liveHook('1f0a', 'Hook', live);
  const { plan, changes } = planOf({ resources: [resource], live: live === undefined ? [] : [one] });
  const fields = withOrigins(plan, changes).changes[0]?.fields ?? [];
  return Object.fromEntries(fields.map(({ path, origin }) => [path, origin === null ? 'nowhere' : origin?.line]));
}

const rules = (...ids: string[]) => ({
  type: 'json',
  content: { version: '1.0', rules: ids.map((id) => ({ id, pattern: `${id} pattern` })) },
});

describe('where a plan’s fields are set', () => {
  test('is the place of the member', () => {
    const wanted = setAt(engine('IVR@1.0.0', { trafficSplit: 50 }), { '/spec': 3, '/spec/trafficSplit': 7 });
    expect(linesOf(wanted, { trafficSplit: 10, noiseSuppression: false })).toEqual({
      '/noiseSuppression': 'nowhere',
      '/trafficSplit': 7,
    });
  });

  test('is for what follows from another member, and for a name, the place of that', () => {
    const wanted = setAt(engine('IVR@1.0.0', { trafficSplit: 50 }, { previousNames: ['Old'] }), {
      '/metadata/name': 2,
      '/spec/trafficSplit': 7,
    });
    expect(linesOf(wanted, { name: 'Old' }, 'Old@1.0.0')).toEqual({
      '/abTestingEnabled': 7,
      '/name': 2,
      '/trafficSplit': 7,
    });
  });

  test('finds items of a list by their keys, also where a key comes twice', () => {
    const grammars = [{ type: 'list', content: { phrases: ['x'] } }, rules('b', 'a', 'a')];
    const at = '/spec/grammarConstraints/1/content/rules';
    const wanted = setAt(engine('IVR@1.0.0', { grammarConstraints: grammars }), {
      '/spec/grammarConstraints': 5,
      [`${at}/0`]: 10,
      [`${at}/1/pattern`]: 11,
      [`${at}/2`]: 12,
    });
    const live = [
      grammars[0] ?? null,
      {
        ...rules('b', 'a'),
        content: {
          version: '1.0',
          rules: [
            { id: 'b', pattern: 'b' },
            { id: 'a', pattern: 'x' },
          ],
        },
      },
    ];
    const keyed = '/grammarConstraints/json:1/content/rules';
    expect(linesOf(wanted, { grammarConstraints: live })).toEqual({
      [`${keyed}/a#2`]: 12,
      [`${keyed}/a/pattern`]: 11,
      [`${keyed}/b/pattern`]: 10,
    });
  });

  test('is for what git has no more the place of what it would be in', () => {
    const wanted = setAt(engine('IVR@1.0.0', { audioProcessingOptions: { noiseSuppression: { enabled: true } } }), {
      '/spec/audioProcessingOptions': 8,
      '/spec/audioProcessingOptions/noiseSuppression': 9,
      '/spec/audioProcessingOptions/noiseSuppression/enabled': 10,
    });
    const live = { audioProcessingOptions: { noiseSuppression: { enabled: true, noiseFloorDb: -40 } } };
    expect(linesOf(wanted, live)).toEqual({ '/audioProcessingOptions/noiseSuppression/noiseFloorDb': 9 });
  });

  test('is for a grammar file what names it', () => {
    const grammar = (grxml: string) => [{ type: 'grxml', content: { fileName: 'a.grxml', grxml, sha256: grxml } }];
    const wanted = setAt(engine('IVR@1.0.0', { grammarConstraints: grammar('new') }), {
      '/spec/grammarConstraints/0': 5,
      '/spec/grammarConstraints/0/file': 6,
    });
    const at = '/grammarConstraints/grxml:a.grxml/content';
    expect(linesOf(wanted, { grammarConstraints: grammar('old') })).toEqual({
      [`${at}/grxml`]: 6,
      [`${at}/sha256`]: 6,
    });
  });

  test('finds the items of a webhook’s sets, and its headers', () => {
    const spec = {
      eventTypes: ['speechEngineUpdated', 'speechEngineTrafficSplit'],
      headers: { 'X-A': { fromEnv: 'CXONE_WEBHOOK_A' } },
    };
    const wanted = setAt(hook('Hook', spec), {
      '/spec/eventTypes': 4,
      '/spec/eventTypes/1': 6,
      '/spec/headers': 7,
      '/spec/headers/X-A': 8,
    });
    expect(linesOf(wanted, { headers: { 'X-Old': '' } })).toEqual({
      '/eventTypes/speechEngineTrafficSplit': 6,
      '/headers/x-a': 8,
      '/headers/x-old': 7,
    });
  });

  test('is no part of the plan’s hash', () => {
    const wanted = setAt(engine('IVR@1.0.0'), { '/spec/trafficSplit': 7 });
    const { plan, changes } = planOf({ resources: [wanted] });
    const explained = withOrigins(plan, changes);
    expect(explained).not.toEqual(plan);
    expect([explained.planHash, planHash(explained)]).toEqual([plan.planHash, plan.planHash]);
  });
});
