import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { create, engineBody, start, stopAll, textOf } from './harness.js';

afterEach(stopAll);

const PATH = '/api/v2/speech/engines';
const PIPELINE = {
  noiseSuppression: { enabled: true, algorithm: 'spectralSubtraction', noiseFloorDb: -45 },
  acousticFeatureExtraction: {
    enabled: true,
    mode: 'high_decibel',
    preemphasisCoefficient: 0.97,
    frameSizeMs: 20,
    hopSizeMs: 10,
  },
};

describe('POST engines', () => {
  it('answers 201 with the whole engine, defaults filled in, Location and an ETag equal to the member', async () => {
    const harness = await start();
    const answer = await harness.call('POST', PATH, engineBody());
    const id = textOf(answer.json.speechEngineId);
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({
      speechEngineId: id,
      name: 'Production ASR',
      version: '1.0.0',
      description: '',
      acousticModelId: 'us-en-acoustic-model-v4',
      languageProfileId: 'us-en-language-profile',
      grammarConstraints: null,
      noiseSuppression: true,
      acousticFeatureExtraction: 'standard',
      trafficSplit: 0,
      abTestingEnabled: false,
      audioProcessingOptions: null,
      status: 'active',
      createdAt: '2026-01-31T12:00:00.000Z',
      updatedAt: '2026-01-31T12:00:00.000Z',
      etag: answer.headers.get('etag'),
    });
    expect(answer.headers.get('etag')).toMatch(/^"[0-9a-f]+"$/);
    expect(answer.headers.get('location')).toBe(`${PATH}/${id}`);
  });

  it('takes the example of the contract', async () => {
    const harness = await start();
    const rules = [{ id: 'intent_greeting', pattern: 'hello|hi|good morning', confidence: 0.85 }];
    const body = engineBody({
      description: 'Optimized for high-decibel call center environments',
      grammarConstraints: [{ type: 'json', content: { version: '1.0', rules } }],
      noiseSuppression: true,
      acousticFeatureExtraction: 'high_decibel',
      trafficSplit: 10,
      abTestingEnabled: true,
      version: '2.1.0',
    });
    const answer = await harness.call('POST', PATH, body);
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject(body);
  });

  it('takes null for the default of a member', async () => {
    const harness = await start();
    const nulls = { description: null, grammarConstraints: null, noiseSuppression: null, trafficSplit: null };
    const answer = await harness.call('POST', PATH, engineBody({ ...nulls, abTestingEnabled: null }));
    expect(answer.json).toMatchObject({
      description: '',
      noiseSuppression: true,
      trafficSplit: 0,
      abTestingEnabled: false,
    });
  });

  it.each([
    [{ name: undefined }, 'name', 'required'],
    [{ name: '' }, 'name', 'empty'],
    [{ name: 7 }, 'name', 'type'],
    [{ version: '2.1' }, 'version', 'semver'],
    [{ version: '02.1.0' }, 'version', 'semver'],
    [{ acousticModelId: null }, 'acousticModelId', 'required'],
    [{ acousticModelId: 'no-such-model' }, 'acousticModelId', 'unknown_model'],
    [{ languageProfileId: 'no-such-profile' }, 'languageProfileId', 'unknown_profile'],
    [{ languageProfileId: 'de-de-language-profile' }, 'languageProfileId', 'locale_mismatch'],
    [{ noiseSuppression: 'yes' }, 'noiseSuppression', 'type'],
    [{ acousticFeatureExtraction: 'loud' }, 'acousticFeatureExtraction', 'choice'],
    [{ trafficSplit: 10.5, abTestingEnabled: true }, 'trafficSplit', 'type'],
    [{ trafficSplit: 101, abTestingEnabled: true }, 'trafficSplit', 'range'],
    [{ trafficSplit: -1 }, 'trafficSplit', 'range'],
    [{ trafficSplit: 10, abTestingEnabled: false }, 'abTestingEnabled', 'split_flag'],
    [{ abTestingEnabled: true }, 'abTestingEnabled', 'split_flag'],
    [{ audioProcessingOptions: PIPELINE }, 'audioProcessingOptions', 'not_on_create'],
    [{ colour: 'red' }, 'colour', 'unknown_member'],
    [{ speechEngineId: 'mine' }, 'speechEngineId', 'read_only'],
  ])('refuses %j', async (changes, field, code) => {
    const harness = await start();
    const answer = await harness.call('POST', PATH, engineBody(changes));
    expect(answer.status).toBe(400);
    expect(answer.json.details).toContainEqual(expect.objectContaining({ field, code }));
    expect((await harness.call('GET', PATH)).json.entities).toEqual([]);
  });

  it('compares locales without regard to case', async () => {
    const harness = await start();
    const ids = { acousticModelId: 'au-en-acoustic-model-v2', languageProfileId: 'au-en-language-profile' };
    expect((await harness.call('POST', PATH, engineBody(ids))).status).toBe(201);
  });

  it('refuses a body that is no JSON, no object, or not declared as JSON', async () => {
    const harness = await start();
    expect((await harness.call('POST', PATH, '{')).json.code).toBe('malformed_json');
    expect((await harness.call('POST', PATH, '[]')).status).toBe(400);
    expect((await harness.call('POST', PATH, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('refuses a second engine of one name and version with 409, and not a second version', async () => {
    const harness = await start();
    const id = await create(harness);
    const answer = await harness.call('POST', PATH, engineBody());
    expect(answer.status).toBe(409);
    expect(answer.json.message).toContain(id);
    expect((await harness.call('POST', PATH, engineBody({ version: '1.0.1' }))).status).toBe(201);
  });

  it('refuses splits of one name that sum past 100, and not 100 itself', async () => {
    const harness = await start();
    await create(harness, { trafficSplit: 90, abTestingEnabled: true });
    const second = (trafficSplit: number) => engineBody({ version: '2.0.0', trafficSplit, abTestingEnabled: true });
    const answer = await harness.call('POST', PATH, second(11));
    expect([answer.status, answer.json.details?.[0]?.code]).toEqual([400, 'split_sum']);
    expect((await harness.call('POST', PATH, second(10))).status).toBe(201);
    expect((await harness.call('POST', PATH, { ...second(50), name: 'Another' })).status).toBe(201);
  });
});

describe('licence tiers', () => {
  it.each([
    ['standard', 'enhanced', 403],
    ['standard', 'high_decibel', 403],
    ['enhanced', 'enhanced', 201],
    ['enhanced', 'high_decibel', 403],
    ['premium', 'high_decibel', 201],
  ] as const)('%s with %s is %i', async (tier, acousticFeatureExtraction, status) => {
    const harness = await start({ tier, org: 'acme' });
    const answer = await harness.call('POST', PATH, engineBody({ acousticFeatureExtraction }));
    expect(answer.status).toBe(status);
    if (status === 403) {
      expect(answer.json.code).toBe('licence_tier');
      expect(answer.json.message).toContain(`${tier} of organisation acme lacks ${acousticFeatureExtraction}`);
    }
  });

  it('cover models and the mode of the pipeline too', async () => {
    const harness = await start({ tier: 'enhanced' });
    const answer = await harness.call('POST', PATH, engineBody({ acousticModelId: 'us-en-acoustic-model-v5' }));
    expect([answer.status, answer.json.details?.[0]?.field]).toEqual([403, 'acousticModelId']);
    const id = await create(harness);
    const patched = await harness.call('PATCH', `${PATH}/${id}`, { audioProcessingOptions: PIPELINE });
    expect(patched.status).toBe(403);
  });

  it('do not keep an engine from being changed for what it had before', async () => {
    const harness = await start({ tier: 'standard' });
    const engines = [{ speechEngineId: 'e1', ...engineBody({ acousticFeatureExtraction: 'high_decibel' }) }];
    await harness.call('PUT', '/_simulator/state', { engines });
    expect((await harness.call('PATCH', `${PATH}/e1`, { description: 'x' })).status).toBe(200);
    expect((await harness.call('PATCH', `${PATH}/e1`, { acousticFeatureExtraction: 'enhanced' })).status).toBe(403);
  });
});

describe('grammars', () => {
  const grxml =
    '<?xml version="1.0"?>\n<!-- x --><grammar root="a"><rule id="a"><item>yes</item><item/></rule></grammar>\n';
  const sha256 = createHash('sha256').update(grxml).digest('hex');

  it.each([
    [{ type: 'json', content: { version: '1.0', rules: [] } }],
    [{ type: 'json', content: { fileName: 'shared.grxml' } }],
    [{ type: 'grxml', content: { fileName: 'a.grxml', grxml, sha256 } }],
    [{ type: 'grxml', content: { fileName: 'a.grxml' } }],
    [{ type: 'list', content: { phrases: ['billing', 'cancel'] } }],
  ])('takes %j', async (grammar) => {
    const harness = await start();
    const answer = await harness.call('POST', PATH, engineBody({ grammarConstraints: [grammar] }));
    expect(answer.status).toBe(201);
    expect(answer.json.grammarConstraints).toEqual([grammar]);
  });

  it.each([
    ['text', { type: 'text', content: {} }, 'type'],
    ['no content', { type: 'json' }, 'content'],
    ['a text as content', { type: 'json', content: 'x' }, 'content'],
    ['a member too many', { type: 'list', content: { phrases: [] }, weight: 1 }, 'weight'],
    ['rules that are no list', { type: 'json', content: { rules: {} } }, 'content.rules'],
    ['a rule without id', { type: 'json', content: { rules: [{ pattern: 'x' }] } }, 'content.rules[0].id'],
    [
      'two rules of one id',
      {
        type: 'json',
        content: {
          rules: [
            { id: 'a', pattern: 'x' },
            { id: 'a', pattern: 'y' },
          ],
        },
      },
      'content.rules[1].id',
    ],
    [
      'a confidence over 1',
      { type: 'json', content: { rules: [{ id: 'a', pattern: 'x', confidence: 1.1 }] } },
      'content.rules[0].confidence',
    ],
    ['another root', { type: 'grxml', content: { grxml: '<html></html>' } }, 'content.grxml'],
    ['an open element', { type: 'grxml', content: { grxml: '<grammar><rule></grammar>' } }, 'content.grxml'],
    ['a cut file', { type: 'grxml', content: { grxml: '<grammar><rule id="a' } }, 'content.grxml'],
    ['no XML', { type: 'grxml', content: { grxml: 'hello' } }, 'content.grxml'],
    ['two roots', { type: 'grxml', content: { grxml: '<grammar/><grammar/>' } }, 'content.grxml'],
    ['a wrong digest', { type: 'grxml', content: { grxml, sha256: sha256.replace(/./, 'z') } }, 'content.sha256'],
    ['no phrases', { type: 'list', content: {} }, 'content.phrases'],
    ['an empty phrase', { type: 'list', content: { phrases: [' '] } }, 'content.phrases'],
  ])('refuses %s', async (_case, grammar, field) => {
    const harness = await start();
    const answer = await harness.call('POST', PATH, engineBody({ grammarConstraints: [grammar] }));
    expect(answer.status).toBe(400);
    expect(answer.json.details?.[0]?.field).toBe(`grammarConstraints[0].${field}`);
  });

  it('refuses grammarConstraints that are no list of objects', async () => {
    const harness = await start();
    expect((await harness.call('POST', PATH, engineBody({ grammarConstraints: {} }))).status).toBe(400);
    expect((await harness.call('POST', PATH, engineBody({ grammarConstraints: ['x'] }))).status).toBe(400);
  });
});

describe('PATCH engines', () => {
  it('changes what is sent, keeps the rest, and gives a new ETag and updatedAt', async () => {
    const harness = await start();
    const id = await create(harness, { description: 'old' });
    const before = await harness.call('GET', `${PATH}/${id}`);
    harness.time.now += 1000;
    const answer = await harness.call('PATCH', `${PATH}/${id}`, { name: 'Renamed', description: null });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ name: 'Renamed', description: '', version: '1.0.0' });
    expect(answer.json.updatedAt).toBe('2026-01-31T12:00:01.000Z');
    expect(answer.json.createdAt).toBe(before.json.createdAt);
    expect(answer.headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect((await harness.call('GET', `${PATH}/${id}`)).json).toEqual(answer.json);
  });

  it.each([
    [{ version: '1.0.0' }, 'version', 'read_only'],
    [{ name: null }, 'name', 'required'],
    [{ status: 'off' }, 'status', 'read_only'],
    [{ colour: 1 }, 'colour', 'unknown_member'],
    [{ trafficSplit: 10 }, 'abTestingEnabled', 'split_flag'],
    [{ languageProfileId: 'ja-jp-language-profile' }, 'languageProfileId', 'locale_mismatch'],
  ])('refuses %j', async (patch, field, code) => {
    const harness = await start();
    const id = await create(harness);
    const answer = await harness.call('PATCH', `${PATH}/${id}`, patch);
    expect(answer.status).toBe(400);
    expect(answer.json.details?.[0]).toMatchObject({ field, code });
  });

  it.each([
    [{ noiseSuppression: { noiseFloorDb: -91 } }, 'noiseSuppression.noiseFloorDb'],
    [{ noiseSuppression: { noiseFloorDb: -9 } }, 'noiseSuppression.noiseFloorDb'],
    [{ noiseSuppression: { algorithm: 'magic' } }, 'noiseSuppression.algorithm'],
    [{ noiseSuppression: { enabled: 1 } }, 'noiseSuppression.enabled'],
    [{ noiseSuppression: { gain: 1 } }, 'noiseSuppression.gain'],
    [
      { acousticFeatureExtraction: { preemphasisCoefficient: 1.01 } },
      'acousticFeatureExtraction.preemphasisCoefficient',
    ],
    [{ acousticFeatureExtraction: { frameSizeMs: 9 } }, 'acousticFeatureExtraction.frameSizeMs'],
    [{ acousticFeatureExtraction: { frameSizeMs: 51 } }, 'acousticFeatureExtraction.frameSizeMs'],
    [{ acousticFeatureExtraction: { hopSizeMs: 0 } }, 'acousticFeatureExtraction.hopSizeMs'],
    [{ acousticFeatureExtraction: { frameSizeMs: 20, hopSizeMs: 21 } }, 'acousticFeatureExtraction.hopSizeMs'],
    [{ acousticFeatureExtraction: { mode: 'loud' } }, 'acousticFeatureExtraction.mode'],
    [{ echo: {} }, 'echo'],
  ])('refuses the audio options %j', async (audioProcessingOptions, field) => {
    const harness = await start();
    const id = await create(harness);
    const answer = await harness.call('PATCH', `${PATH}/${id}`, { audioProcessingOptions });
    expect(answer.status).toBe(400);
    expect(answer.json.details?.[0]?.field).toBe(`audioProcessingOptions.${field}`);
  });

  it('checks the hop against the frame that the engine has', async () => {
    const harness = await start();
    const id = await create(harness);
    expect((await harness.call('PATCH', `${PATH}/${id}`, { audioProcessingOptions: PIPELINE })).status).toBe(200);
    const patch = { audioProcessingOptions: { acousticFeatureExtraction: { hopSizeMs: 30 } } };
    expect((await harness.call('PATCH', `${PATH}/${id}`, patch)).status).toBe(400);
  });

  it.each([
    [
      'deep',
      {
        noiseSuppression: { enabled: true, noiseFloorDb: -30 },
        acousticFeatureExtraction: PIPELINE.acousticFeatureExtraction,
      },
    ],
    ['shallow', { noiseSuppression: { noiseFloorDb: -30 } }],
  ])('patches nested objects %s, a null in them unset', async (patch, expected) => {
    const harness = await start({ assume: [`patch=${patch}`] });
    const id = await create(harness);
    await harness.call('PATCH', `${PATH}/${id}`, { audioProcessingOptions: PIPELINE });
    const change = { audioProcessingOptions: { noiseSuppression: { noiseFloorDb: -30, algorithm: null } } };
    const answer = await harness.call('PATCH', `${PATH}/${id}`, change);
    expect(answer.json.audioProcessingOptions).toEqual(expected);
    const unset = await harness.call('PATCH', `${PATH}/${id}`, { audioProcessingOptions: null });
    expect(unset.json.audioProcessingOptions).toBeNull();
  });

  it('replaces grammarConstraints as a list', async () => {
    const harness = await start();
    const list = (phrase: string) => ({ type: 'list', content: { phrases: [phrase] } });
    const id = await create(harness, { grammarConstraints: [list('a'), list('b')] });
    const answer = await harness.call('PATCH', `${PATH}/${id}`, { grammarConstraints: [list('c')] });
    expect(answer.json.grammarConstraints).toEqual([list('c')]);
  });

  it('answers 412 to an ETag that no longer matches, and does nothing', async () => {
    const harness = await start();
    const id = await create(harness);
    const etag = (await harness.call('GET', `${PATH}/${id}`)).headers.get('etag') ?? '';
    const first = await harness.call('PATCH', `${PATH}/${id}`, { description: 'one' }, { 'if-match': etag });
    const second = await harness.call('PATCH', `${PATH}/${id}`, { description: 'two' }, { 'if-match': etag });
    expect([first.status, second.status]).toEqual([200, 412]);
    expect((await harness.call('GET', `${PATH}/${id}`)).json.description).toBe('one');
    expect((await harness.call('PATCH', `${PATH}/${id}`, {}, { 'if-match': '*' })).status).toBe(200);
  });

  it('answers 409 when a rename meets another engine, and 400 when it brings the sum past 100', async () => {
    const harness = await start();
    await create(harness, { name: 'A', trafficSplit: 60, abTestingEnabled: true });
    const same = await create(harness, { name: 'B' });
    const later = await create(harness, { name: 'B', version: '2.0.0', trafficSplit: 60, abTestingEnabled: true });
    expect((await harness.call('PATCH', `${PATH}/${same}`, { name: 'A' })).status).toBe(409);
    expect((await harness.call('PATCH', `${PATH}/${later}`, { name: 'A' })).json.details?.[0]?.code).toBe('split_sum');
    expect((await harness.call('PATCH', `${PATH}/${same}`, { name: 'C' })).status).toBe(200);
    expect((await harness.call('POST', PATH, engineBody({ name: 'B' }))).status).toBe(201);
  });

  it('lets a split be lowered where a control path has left the sum past 100', async () => {
    const harness = await start();
    const id = await create(harness, { trafficSplit: 60, abTestingEnabled: true });
    const other = await create(harness, { version: '2.0.0' });
    await harness.call('PATCH', `/_simulator/engines/${other}`, { trafficSplit: 90 });
    expect((await harness.call('PATCH', `${PATH}/${id}`, { trafficSplit: 50 })).status).toBe(200);
    expect((await harness.call('PATCH', `${PATH}/${id}`, { trafficSplit: 51 })).status).toBe(400);
  });
});

describe('unknown engines and paths', () => {
  it('are 404, other methods 405, with the error body of the contract', async () => {
    const harness = await start();
    const answer = await harness.call('GET', `${PATH}/nobody`);
    expect(answer.status).toBe(404);
    expect(answer.json).toEqual({
      code: 'not_found',
      message: expect.stringContaining('nobody'),
      status: 404,
      contextId: expect.stringMatching(/./),
      details: [],
      errors: [],
    });
    expect((await harness.call('PATCH', `${PATH}/nobody`, {})).status).toBe(404);
    expect((await harness.call('GET', '/api/v2/nothing')).status).toBe(404);
    const removed = await harness.call('DELETE', `${PATH}/nobody`);
    expect([removed.status, removed.headers.get('allow')]).toEqual([405, 'GET, PATCH']);
  });
});
