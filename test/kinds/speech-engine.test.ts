import { describe, expect, test } from 'vitest';
import { speechEngine, splitMembers } from '../../src/kinds/speech-engine.js';
import { hashJson } from '../../src/model/hash.js';
import type { JsonObject } from '../../src/model/json.js';
import { engine, noContext } from './sample.js';

const defaults = {
  name: 'IVR',
  version: '1.0.0',
  acousticModelId: 'us-en-acoustic-model-v4',
  languageProfileId: 'us-en-language-profile',
  description: '',
  grammarConstraints: null,
  noiseSuppression: true,
  acousticFeatureExtraction: 'standard',
  trafficSplit: 0,
  abTestingEnabled: false,
  audioProcessingOptions: null,
};

const live = (entity: JsonObject) => speechEngine.liveState({ ...engine(), ...entity }, (id) => id);

describe('the state of an engine', () => {
  test('has exactly the eleven members, each with its default, from a manifest and from an answer alike', () => {
    const { name, version, acousticModelId, languageProfileId } = defaults;
    const resource = {
      identity: { kind: 'SpeechEngine', name, version },
      spec: { acousticModelId, languageProfileId, version },
    } as const;
    const noOrigins = { previousNames: [], origins: new Map(), source: { file: 'ivr.yaml', line: 1, column: 1 } };
    expect(speechEngine.desiredState({ ...resource, ...noOrigins })).toEqual(defaults);
    expect(live({})).toEqual(defaults);
  });

  test('takes null, and an empty list, for the default', () => {
    const nothing = Object.fromEntries(
      Object.keys(defaults)
        .slice(4)
        .map((member) => [member, null]),
    );
    expect(live(nothing)).toEqual(defaults);
    expect(live({ grammarConstraints: [] })).toEqual(defaults);
    expect(hashJson(live({ grammarConstraints: [] }))).toBe(hashJson(defaults));
  });

  test('leaves out what the server adds', () => {
    expect(live({ status: 'active', etag: '"1"', createdAt: 'now', region: 'eu' })).toEqual(defaults);
  });

  test('keeps false, 0 and an empty text where they are not the default', () => {
    expect(live({ noiseSuppression: false })).toMatchObject({ noiseSuppression: false });
    expect(live({ trafficSplit: 10, abTestingEnabled: false })).toMatchObject({ abTestingEnabled: false });
  });

  test('derives abTestingEnabled from the split where it is absent', () => {
    expect(live({ trafficSplit: 1 })).toMatchObject({ abTestingEnabled: true });
  });

  test.each([' ', '\t', '\r\n', '\n', ' \t\r\n \n'])('has no %j at the end of a description', (end) => {
    expect(live({ description: `Billing\tdesk\nsecond line${end}` })).toMatchObject({
      description: 'Billing\tdesk\nsecond line',
    });
    expect(live({ description: end })).toEqual(defaults);
  });

  test.each([
    ['a space at its begin', ' Billing'],
    ['a no-break space at its end', 'Billing\u{a0}'],
    ['a vertical tab at its end', 'Billing\v'],
  ])('keeps a description with %s', (_what, description) => {
    expect(live({ description })).toMatchObject({ description });
  });

  test('is found at once where a description is long and full of spaces', () => {
    const description = `${' '.repeat(1_000_000)}x`;
    expect(live({ description })).toMatchObject({ description });
  });

  test('has what the server adds inside the content of a grammar, and nothing beside its type and content', () => {
    const grammar = { type: 'json', content: { version: '1', rules: [] } };
    const kept = { ...grammar, content: { ...grammar.content, compiledAt: 'now' } };
    const state = live({ grammarConstraints: [{ ...grammar, id: 'g-1', createdAt: 'now' }] });
    expect(state).toMatchObject({ grammarConstraints: [grammar] });
    expect(hashJson(state)).toBe(hashJson(live({ grammarConstraints: [grammar] })));
    expect(live({ grammarConstraints: [kept] })).toEqual({ ...defaults, grammarConstraints: [kept] });
  });

  test('keeps what is no grammar in a list of grammars, to be seen as a difference', () => {
    expect(live({ grammarConstraints: ['text', null, { type: 'list' }] })).toMatchObject({
      grammarConstraints: ['text', null, { type: 'list' }],
    });
  });

  test('leaves out what is not set inside audioProcessingOptions, empty objects too, and nothing left is null', () => {
    const options = {
      noiseSuppression: { enabled: false, algorithm: null, noiseFloorDb: -45 },
      acousticFeatureExtraction: { mode: null },
    };
    expect(live({ audioProcessingOptions: options })['audioProcessingOptions']).toEqual({
      noiseSuppression: { enabled: false, noiseFloorDb: -45 },
    });
    expect(
      live({ audioProcessingOptions: { noiseSuppression: { enabled: null }, acousticFeatureExtraction: {} } }),
    ).toEqual(defaults);
    expect(live({ audioProcessingOptions: {} })).toEqual(defaults);
  });
});

describe('the body of a POST', () => {
  test('sends every member of the state but audioProcessingOptions', () => {
    const state = live({ trafficSplit: 10, audioProcessingOptions: { noiseSuppression: { enabled: true } } });
    const { audioProcessingOptions: _options, ...sent } = state;
    expect(speechEngine.createBody(state, noContext)).toEqual(sent);
    expect(Object.keys(sent)).toHaveLength(10);
  });
});

describe('the body of a PATCH', () => {
  const body = (from: JsonObject, to: JsonObject) => speechEngine.updateBody(live(from), live(to), noContext);

  test('holds what changes, and nothing else', () => {
    expect(body({ description: 'old' }, { description: 'new' })).toEqual({ description: 'new' });
    expect(body({}, {})).toEqual({});
  });

  test('holds no description and no grammars that differ by nothing but what a server normalizes', () => {
    const grammar = { type: 'list', content: { phrases: ['a'] } };
    const from = { description: 'same', grammarConstraints: [{ ...grammar, id: 'g-1' }] };
    expect(body(from, { description: 'same\n', grammarConstraints: [grammar] })).toEqual({});
    expect(body(from, { description: 'new', grammarConstraints: [grammar] })).toEqual({ description: 'new' });
  });

  test('resets a member to its default by sending the default', () => {
    expect(body({ description: 'old', noiseSuppression: false }, {})).toEqual({
      description: '',
      noiseSuppression: true,
    });
    expect(body({ grammarConstraints: [{ type: 'list', content: { phrases: ['a'] } }] }, {})).toEqual({
      grammarConstraints: null,
    });
  });

  test('sends both members of a split when one of them changes', () => {
    expect(body({ trafficSplit: 90 }, { trafficSplit: 50 })).toEqual({ trafficSplit: 50, abTestingEnabled: true });
    expect(body({ trafficSplit: 90 }, { trafficSplit: 0 })).toEqual({ trafficSplit: 0, abTestingEnabled: false });
    expect(body({ trafficSplit: 90, abTestingEnabled: false }, { trafficSplit: 90 })).toEqual(splitMembers(90));
  });

  test('sends audioProcessingOptions whole, with null for what live has and git has not', () => {
    const from = {
      noiseSuppression: { enabled: true, noiseFloorDb: -45 },
      acousticFeatureExtraction: { mode: 'enhanced' },
    };
    const to = { noiseSuppression: { enabled: true, algorithm: 'spectralSubtraction' } };
    expect(body({ audioProcessingOptions: from }, { audioProcessingOptions: to })).toEqual({
      audioProcessingOptions: {
        noiseSuppression: { enabled: true, algorithm: 'spectralSubtraction', noiseFloorDb: null },
        acousticFeatureExtraction: null,
      },
    });
    expect(body({ audioProcessingOptions: from }, {})).toEqual({ audioProcessingOptions: null });
  });
});

describe('the action of an update', () => {
  const action = (from: JsonObject, to: JsonObject) => speechEngine.updateAction(live(from), live(to));

  test('is TRAFFIC_SPLIT when only the split moves', () => {
    expect(action({ trafficSplit: 90 }, { trafficSplit: 50 })).toBe('TRAFFIC_SPLIT');
    expect(action({ trafficSplit: 90 }, { trafficSplit: 0 })).toBe('TRAFFIC_SPLIT');
  });

  test('is UPDATE when anything else changes, with or without the split', () => {
    expect(action({ description: 'a' }, { description: 'b' })).toBe('UPDATE');
    expect(action({ trafficSplit: 90 }, { trafficSplit: 50, description: 'b' })).toBe('UPDATE');
  });
});
