import { expect, test } from 'vitest';
import { catalogFindings } from '../../../src/manifest/checks/catalog-findings.js';
import type { Catalog } from '../../../src/model/generated/catalog.js';
import type { JsonObject } from '../../../src/model/json.js';
import type { Resource } from '../../../src/model/resource.js';

const catalog: Catalog = {
  formatVersion: 1,
  models: [
    { id: 'us-model', locale: 'en-US', features: ['standard', 'enhanced'], status: 'active' },
    { id: 'us-old-model', locale: 'EN-us', features: ['dictation'], status: 'Deprecated' },
    { id: 'fi-model', locale: 'fi-FI' },
    { id: 'bare-model' },
  ],
  profiles: [
    { id: 'us-profile', locale: 'en-us', status: 'ACTIVE' },
    { id: 'us-finance-profile', locale: 'en-US', status: 'retired' },
    { id: 'de-profile', locale: 'de-DE' },
    { id: 'bare-profile' },
  ],
};

function resource(spec: JsonObject, kind: 'SpeechEngine' | 'Webhook' = 'SpeechEngine'): Resource {
  const source = { file: 'environments/dev/a.yaml', line: 1, column: 1 };
  return { identity: { kind, name: 'A', version: '1.0.0' }, spec, previousNames: [], origins: new Map(), source };
}

/** Findings as `code path message hint`, for an engine that is right but for what `spec` says. */
function findings(spec: JsonObject, environment?: string): string[] {
  const whole = resource({ acousticModelId: 'us-model', languageProfileId: 'us-profile', ...spec });
  return catalogFindings([whole], catalog, environment).map(({ severity, code, path, message, hint }) =>
    [severity === undefined ? code : `${severity} ${code}`, path, message, hint].join(' '),
  );
}

test('an engine that asks for what there is has no finding', () => {
  expect(findings({ acousticFeatureExtraction: 'enhanced' })).toEqual([]);
});

test('an unknown id is named with what was probably meant', () => {
  const message =
    "unknown-model /spec/acousticModelId acousticModelId us-modle is not in the organisation's catalogue.";
  expect(findings({ acousticModelId: 'us-modle' })).toEqual([`${message} Did you mean \`us-model\`?`]);
  expect(findings({ acousticModelId: 'us-modle' }, 'dev')).toEqual([
    `${message} Did you mean \`us-model\`? If it is new, run \`cxone-gitops catalog dev\`.`,
  ]);
  expect(findings({ languageProfileId: 'something-else-entirely' })).toEqual([
    expect.stringMatching(/^unknown-profile \/spec\/languageProfileId [^?]*catalogue\. $/),
  ]);
});

test('an id of the other list is said to belong there', () => {
  expect(findings({ acousticModelId: 'us-profile' })).toEqual([
    expect.stringMatching(/catalogue\. Write it under languageProfileId\.$/),
  ]);
});

test('locales that differ are one finding that names what would fit', () => {
  expect(findings({ languageProfileId: 'de-profile' })).toEqual([
    'locale-mismatch /spec/languageProfileId languageProfileId de-profile is for de-DE, and acousticModelId us-model for en-US. For en-US there is us-profile, us-finance-profile.',
  ]);
  expect(findings({ acousticModelId: 'fi-model' })).toEqual([
    expect.stringMatching(/for fi-FI\. No profile is for fi-FI: name another model\.$/),
  ]);
});

test.each([
  ['bare-model', 'us-profile'],
  ['us-model', 'bare-profile'],
  ['fi-model', 'bare-profile'],
])('the locales of %s and %s, of which one is not known, are not compared', (acousticModelId, languageProfileId) => {
  expect(findings({ acousticModelId, languageProfileId })).toEqual([]);
});

test('what is not active is a warning, in any case of its letters', () => {
  expect(findings({ acousticModelId: 'us-old-model', languageProfileId: 'us-finance-profile' })).toEqual([
    expect.stringMatching(/^warning not-active \/spec\/acousticModelId acousticModelId us-old-model is Deprecated /),
    expect.stringMatching(/^warning not-active \/spec\/languageProfileId .* is retired /),
  ]);
});

test('an extraction that the features lack is found in both of its places, once for each extraction', () => {
  const pipeline = (mode: string) => ({ audioProcessingOptions: { acousticFeatureExtraction: { mode } } });
  const at = '/spec/audioProcessingOptions/acousticFeatureExtraction/mode';
  expect(findings({ acousticFeatureExtraction: 'high_decibel' })).toEqual([
    "missing-feature /spec/acousticFeatureExtraction acousticFeatureExtraction is high_decibel, which the model us-model lacks here: its features are standard, enhanced. Use one of these; the organisation's licence tier may not have the others.",
  ]);
  expect(findings(pipeline('high_decibel'))).toEqual([expect.stringContaining(`missing-feature ${at} `)]);
  expect(findings({ acousticFeatureExtraction: 'high_decibel', ...pipeline('high_decibel') })).toHaveLength(1);
  expect(findings(pipeline('enhanced'))).toEqual([]);
});

test.each(['us-old-model', 'bare-model', 'fi-model'])(
  'nothing is concluded of the extractions of %s, whose features speak of none',
  (acousticModelId) => {
    const found = findings({ acousticModelId, acousticFeatureExtraction: 'high_decibel' });
    expect(found.filter((finding) => finding.startsWith('missing-feature'))).toEqual([]);
  },
);

test.each<JsonObject>([
  { acousticModelId: 7, languageProfileId: ['us-profile'] },
  { acousticModelId: null, languageProfileId: null },
  { acousticFeatureExtraction: { mode: 'high_decibel' } },
  { acousticFeatureExtraction: 'loud' },
  { audioProcessingOptions: 'high_decibel' },
  { audioProcessingOptions: { acousticFeatureExtraction: ['high_decibel'] } },
  { audioProcessingOptions: { acousticFeatureExtraction: { mode: ['high_decibel'] } } },
])('%j, which its schema refuses, is passed over', (spec) => {
  expect(findings(spec)).toEqual([]);
});

test('an engine without ids, and a webhook, are passed over', () => {
  const webhook = resource({ acousticModelId: 'nothing' }, 'Webhook');
  expect(catalogFindings([resource({}), webhook], catalog)).toEqual([]);
});
