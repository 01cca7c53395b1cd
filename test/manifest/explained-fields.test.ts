import { describe, expect, test } from 'vitest';
import { type ExplainedField, explainedFields } from '../../src/manifest/explained-fields.js';
import { loadEnvironment } from '../../src/manifest/load-environment.js';
import { memorySource } from '../../src/manifest/memory-source.js';
import { formatIdentity } from '../../src/model/identity.js';
import type { Json } from '../../src/model/json.js';

const engine = (spec: string) => `apiVersion: cxone-gitops/v1
kind: SpeechEngine
metadata: { name: IVR }
spec:
  version: 1.0.0
${spec}`;

const hook = (spec: string) => `apiVersion: cxone-gitops/v1
kind: Webhook
metadata: { name: Hook }
spec:
${spec}`;

/** The fields of a resource in the environment `dev` with the base `base`, by path. */
async function explained(id: string, files: Record<string, string>, defaults = '{}') {
  const environment = `apiVersion: cxone-gitops/v1
kind: Environment
spec:
  orgId: acme
  bases: [base]
  defaults: ${defaults}
`;
  const source = memorySource(
    'environments',
    new Map(Object.entries({ 'dev/environment.yaml': environment, ...files })),
  );
  const { resources, faulty } = await loadEnvironment(source, 'dev');
  const resource = [...resources, ...faulty].find(({ identity }) => formatIdentity(identity) === id);
  if (resource === undefined) throw new Error(`there is no ${id}`);
  return new Map(explainedFields(resource).map((field) => [field.path, field]));
}

/** `50 dev:6, was 100 base:6`, with files of one name a layer. */
function told(field: ExplainedField | undefined): string {
  if (field === undefined) return 'no such field';
  const value = (one: { value: Json; hidden?: true }) => (one.hidden === true ? 'hidden' : JSON.stringify(one.value));
  const place = field.origin === null ? 'default' : `${field.origin.layer}:${field.origin.line}`;
  const others = field.overridden.map((one) => `, was ${value(one)} ${one.layer}:${one.line}`);
  return `${value(field)} ${place}${others.join('')}`;
}

const models = '  acousticModelId: a\n  languageProfileId: b\n';

describe('what sets a field', () => {
  const files = {
    'base/a.yaml': engine(`${models}  trafficSplit: 100\n  description: base\n`),
    'dev/a.yaml': engine('  trafficSplit: 50\n  description: null\n'),
  };

  test('is the highest layer that names it, and what lower ones set is told', async () => {
    const fields = await explained('SpeechEngine/IVR@1.0.0', files, '{ SpeechEngine: { trafficSplit: 10 } }');
    expect(told(fields.get('/spec/trafficSplit'))).toBe('50 dev:6, was 100 base:8, was 10 defaults:6');
    expect(told(fields.get('/spec/acousticModelId'))).toBe('"a" base:6');
    expect(fields.get('/spec/trafficSplit')?.origin).toEqual({
      file: 'environments/dev/a.yaml',
      line: 6,
      column: 17,
      layer: 'dev',
    });
  });

  test('is nothing where it has its default, or where a layer takes it away', async () => {
    const fields = await explained('SpeechEngine/IVR@1.0.0', files);
    expect(told(fields.get('/spec/noiseSuppression'))).toBe('true default');
    expect(told(fields.get('/spec/grammarConstraints'))).toBe('null default');
    expect(told(fields.get('/spec/description'))).toBe('"" default, was null dev:7, was "base" base:9');
  });

  test('is for the identity the highest document: no layer overrides that', async () => {
    const fields = await explained('SpeechEngine/IVR@1.0.0', files);
    expect(told(fields.get('/metadata/name'))).toBe('"IVR" dev:3');
    expect(told(fields.get('/spec/version'))).toBe('"1.0.0" dev:5');
  });

  test('is told for each member of a mapping, and for a list as a whole', async () => {
    const options = (rest: string) => `  audioProcessingOptions: { noiseSuppression: ${rest} }\n`;
    const fields = await explained('SpeechEngine/IVR@1.0.0', {
      'base/a.yaml': engine(
        `${models}${options('{ enabled: true, noiseFloorDb: -40 }')}  grammarConstraints:\n    - { type: list, content: { phrases: [a] } }\n`,
      ),
      'dev/a.yaml': engine(`${options('{ noiseFloorDb: -50 }')}  grammarConstraints: []\n`),
    });
    const at = '/spec/audioProcessingOptions/noiseSuppression';
    expect(told(fields.get(`${at}/enabled`))).toBe('true base:8');
    expect(told(fields.get(`${at}/noiseFloorDb`))).toBe('-50 dev:6, was -40 base:8');
    expect(told(fields.get('/spec/grammarConstraints'))).toBe(
      '[] dev:7, was [{"type":"list","content":{"phrases":["a"]}}] base:9',
    );
    expect([...fields.keys()].filter((path) => path.startsWith('/spec/grammarConstraints/'))).toEqual([]);
  });

  test('may be above it: a mapping that a layer takes away as a whole, and one that it fills in part', async () => {
    const base = hook('  callbackUrl: https://a.example.com\n  eventTypes: [speechEngineUpdated]\n');
    const policy = '{ Webhook: { retryPolicy: { maxRetries: 5, retryIntervalMs: 1 } } }';
    const away = await explained(
      'Webhook/Hook',
      { 'base/h.yaml': base, 'dev/h.yaml': hook('  retryPolicy: null\n') },
      policy,
    );
    expect(told(away.get('/spec/retryPolicy/maxRetries'))).toBe('3 default, was null dev:5, was 5 defaults:6');
    const part = await explained('Webhook/Hook', {
      'base/h.yaml': base,
      'dev/h.yaml': hook('  retryPolicy: { maxRetries: 7 }\n'),
    });
    expect(told(part.get('/spec/retryPolicy/maxRetries'))).toBe('7 dev:5');
    expect(told(part.get('/spec/retryPolicy/retryIntervalMs'))).toBe('5000 default');
  });

  test('is sorted: metadata, spec, rollout, each by path', async () => {
    const fields = await explained('SpeechEngine/IVR@1.0.0', files);
    expect([...fields.keys()].slice(0, 3)).toEqual([
      '/metadata/name',
      '/spec/acousticFeatureExtraction',
      '/spec/acousticModelId',
    ]);
    expect([...fields.keys()]).not.toContain('/apiVersion');
  });
});

describe('a faulty resource', () => {
  test('is explained as far as it goes', async () => {
    const fields = await explained('SpeechEngine/IVR@1.0.0', { 'dev/a.yaml': engine('  trafficSplit: 50\n') });
    expect(told(fields.get('/spec/trafficSplit'))).toBe('50 dev:6');
    expect(fields.has('/spec/acousticModelId')).toBe(false);
  });

  test('shows nothing that may be a secret in a wrong place', async () => {
    const fields = await explained('Webhook/Hook', {
      'base/h.yaml': hook('  callbackUrl: https://a.example.com\n  headers: { X: { fromEnv: CXONE_WEBHOOK_X } }\n'),
      'dev/h.yaml': hook(
        '  headers: { X: geheim-1, Y: { fromEnv: geheim-2 }, Z: { fromenv: geheim-3 } }\n  header: { X: geheim-4 }\n',
      ),
    });
    expect(told(fields.get('/spec/headers/X'))).toBe('hidden dev:5, was hidden base:6');
    expect(told(fields.get('/spec/headers/Y/fromEnv'))).toBe('hidden dev:5');
    expect(told(fields.get('/spec/headers/Z/fromenv'))).toBe('hidden dev:5');
    expect(told(fields.get('/spec/header/X'))).toBe('hidden dev:6');
    expect(JSON.stringify([...fields])).not.toContain('geheim');
  });

  test.each(['https://a:geheim@b.example.com', 'https://b.example.com?t=geheim', '[https://a:geheim@b.example.com]'])(
    'shows no secret of a refused address: %s',
    async (url) => {
      const fields = await explained('Webhook/Hook', { 'dev/h.yaml': hook(`  callbackUrl: ${url}\n`) });
      expect(told(fields.get('/spec/callbackUrl'))).toBe('hidden dev:5');
      expect(JSON.stringify([...fields])).not.toContain('geheim');
    },
  );

  test('shows the names of variables', async () => {
    const fields = await explained('Webhook/Hook', {
      'dev/h.yaml': hook('  headers: { X: { fromEnv: CXONE_WEBHOOK_X } }\n'),
    });
    expect(told(fields.get('/spec/headers/X/fromEnv'))).toBe('"CXONE_WEBHOOK_X" dev:5');
  });
});
