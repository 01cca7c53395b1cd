import { describe, expect, test } from 'vitest';
import type { Validate } from '../../src/model/generated/validate.js';
import { withOrigins } from '../../src/plan/with-origins.js';
import { explainText } from '../../src/report/explain-text.js';
import { planMarkdown } from '../../src/report/plan-markdown.js';
import { planText } from '../../src/report/plan-text.js';
import { engine, liveEngine, planOf } from '../plan/sample.js';
import { coloured, dangers, golden, hostile, plain } from './page.js';

const at = (layer: string, line: number) => ({
  file:
    layer === 'defaults' ? 'environments/dev/environment.yaml' : `environments/${layer}/engines/production-asr.yaml`,
  line,
  column: 3,
  layer,
});

const explained: NonNullable<Validate['explained']> = {
  id: 'SpeechEngine/Production ASR Engine@2.0.0',
  fields: [
    { path: '/metadata/name', value: 'Production ASR Engine', origin: at('dev', 7), overridden: [] },
    {
      path: '/spec/audioProcessingOptions/noiseSuppression/enabled',
      value: true,
      origin: at('base', 9),
      overridden: [],
    },
    {
      path: '/spec/description',
      value: `Optimized ${'for high-decibel call centers '.repeat(5)}`,
      origin: at('base', 12),
      overridden: [{ ...at('defaults', 9), value: 'short' }],
    },
    {
      path: '/spec/grammarConstraints',
      value: null,
      origin: null,
      overridden: [
        { ...at('dev', 11), value: null },
        { ...at('base', 20), value: [{ type: 'list', content: { phrases: ['billing', 'cancel'] } }] },
      ],
    },
    { path: '/spec/noiseSuppression', value: true, origin: null, overridden: [] },
    {
      path: '/spec/headers/X',
      value: null,
      hidden: true,
      origin: at('dev', 14),
      overridden: [{ ...at('base', 30), value: null, hidden: true }],
    },
    { path: '/spec/trafficSplit', value: 50, origin: at('dev', 10), overridden: [{ ...at('base', 15), value: 100 }] },
  ],
};

describe('a resource explained', () => {
  test('at 80 columns', async () => {
    await expect(explainText(explained, 'dev', plain)).toMatchFileSnapshot(golden('explain.txt'));
  });

  test('with colours', async () => {
    await expect(explainText(explained, 'dev', coloured)).toMatchFileSnapshot(golden('explain-coloured.txt'));
  });

  test('keeps its values within the page, and says how to see what did not fit', () => {
    const text = explainText(explained, 'dev', plain);
    for (const line of text.split('\n').slice(0, -3)) expect(line.length).toBeLessThanOrEqual(80);
    expect(text).toContain(
      "`cxone-gitops validate dev --explain 'SpeechEngine/Production ASR Engine@2.0.0' --format json`",
    );
    expect(explainText({ ...explained, fields: explained.fields.slice(0, 1) }, 'dev', plain)).not.toContain(
      'did not fit',
    );
  });

  test('is safe whatever is in it', () => {
    const fields = explained.fields.map((field) => ({
      ...field,
      path: `/spec/${hostile.replaceAll('/', '~1')}`,
      value: hostile,
      origin: { ...at('dev', 1), file: hostile, layer: hostile },
      overridden: [{ ...at('dev', 1), file: hostile, layer: hostile, value: hostile }],
    }));
    expect(dangers(explainText({ id: hostile, fields }, hostile, plain))).toEqual([]);
  });
});

describe('a plan with origins', () => {
  const origin = at('prod', 12);
  const { plan, changes } = planOf({
    resources: [{ ...engine('IVR@1.0.0', { trafficSplit: 50 }), origins: new Map([['/spec/trafficSplit', origin]]) }],
    live: [liveEngine('1f0a', 'IVR@1.0.0', { trafficSplit: 10, noiseSuppression: false })],
  });
  const withPlaces = withOrigins(plan, changes);

  test('says below each field, in text, where it is set', () => {
    expect(planText(withPlaces, plain)).toContain(
      '    noiseSuppression  false → true\n        set nowhere: the default\n    trafficSplit      10 → 50\n        prod  environments/prod/engines/production-asr.yaml:12\n',
    );
  });

  test('says it in Markdown', () => {
    expect(planMarkdown(withPlaces)).toContain(
      '+ noiseSuppression: true\n    set nowhere: the default\n- trafficSplit: 10\n+ trafficSplit: 50\n    set in environments/prod/engines/production-asr.yaml:12 (prod)\n',
    );
  });

  test('is safe whatever is in it', () => {
    const [change] = withPlaces.changes;
    if (change === undefined) throw new Error('the plan has a change');
    const fields = change.fields.map((field) => ({ ...field, origin: { ...origin, file: hostile, layer: hostile } }));
    const bad = { ...withPlaces, changes: [{ ...change, fields }] };
    expect(dangers(planText(bad, plain))).toEqual([]);
    expect(dangers(planMarkdown(bad))).toEqual([]);
  });

  test('without them is as it was', () => {
    expect(planText(plan, plain)).not.toContain('set nowhere');
    expect(planMarkdown(plan)).not.toContain('set ');
  });
});
