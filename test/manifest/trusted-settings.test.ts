import { describe, expect, it } from 'vitest';
import { loadEnvironment } from '../../src/manifest/load-environment.js';
import { memorySource } from '../../src/manifest/memory-source.js';
import { recordedGuardrails } from '../../src/manifest/recorded-guardrails.js';
import { trustedSettings } from '../../src/manifest/trusted-settings.js';
import { trustedJson } from '../../src/model/trusted-settings.js';

function webhook(name: string, callbackUrl: string, ...variables: string[]): string {
  const headers = Object.fromEntries(variables.map((variable, index) => [`X-${index}`, { fromEnv: variable }]));
  const spec = { callbackUrl, eventTypes: ['speechEngineUpdated'], headers };
  return JSON.stringify({ apiVersion: 'cxone-gitops/v1', kind: 'Webhook', metadata: { name }, spec });
}

async function settingsOf(spec: object, files: Record<string, string> = {}) {
  const environment = { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec: { orgId: 'acme', ...spec } };
  const all = { 'env/environment.yaml': JSON.stringify(environment), ...files };
  const loaded = await loadEnvironment(memorySource('environments', new Map(Object.entries(all))), 'env');
  if (loaded.settings === undefined) throw new Error(JSON.stringify(loaded.problems));
  return trustedSettings(loaded.settings, loaded.resources);
}

describe('trusted settings', () => {
  it('are the same, however the endpoint is named', async () => {
    const { baseUrl, tokenUrl } = await settingsOf({});
    expect([baseUrl, tokenUrl]).toEqual([
      'https://acme.api.nicecxone.com',
      'https://acme.api.nicecxone.com/oauth/token',
    ]);
    expect(await settingsOf({ orgId: undefined, baseUrl: 'https://ACME.api.nicecxone.com/' })).toEqual(
      await settingsOf({}),
    );
  });

  it('hold the ledger: a folder as it is written, or a branch with what is not written filled in', async () => {
    const ledgerOf = async (ledger: object) => (await settingsOf({ ledger })).ledger;
    expect(await ledgerOf({})).toBeNull();
    expect(await ledgerOf({ path: './a' })).toBe('./a');
    expect(await ledgerOf({ git: {} })).toEqual({ remote: 'origin', branch: 'cxone-gitops/ledger' });
    expect(await ledgerOf({ git: { remote: 'audit', branch: 'cxone-gitops/a' } })).toEqual({
      remote: 'audit',
      branch: 'cxone-gitops/a',
    });
  });

  it('hold where each value goes, after layering: all origins of all webhooks that name its variable', async () => {
    const patch = { apiVersion: 'cxone-gitops/v1', kind: 'Webhook', metadata: { name: 'B' } };
    const { webhooks } = await settingsOf(
      { bases: ['base'] },
      {
        'base/a.yaml': webhook('A', 'https://QA.example.com:443/one', 'CXONE_WEBHOOK_Z', 'CXONE_WEBHOOK_A'),
        'base/b.yaml': webhook('B', 'https://qa.example.com/two', 'CXONE_WEBHOOK_Z'),
        'base/c.yaml': webhook('C', 'https://qa.example.com/three'),
        'env/b.yaml': JSON.stringify({ ...patch, spec: { callbackUrl: 'https://b.example.com:8443/' } }),
      },
    );
    expect(webhooks).toEqual([
      { variable: 'CXONE_WEBHOOK_A', origins: ['https://qa.example.com'] },
      { variable: 'CXONE_WEBHOOK_Z', origins: ['https://b.example.com:8443', 'https://qa.example.com'] },
    ]);
  });

  it('are recorded with guardrails that can be read back, and none of what no schema knows', async () => {
    for (const guardrails of [{ maxTrafficIncrease: 5 }, undefined]) {
      expect(recordedGuardrails(trustedJson(await settingsOf({ guardrails })))).toEqual(guardrails ?? {});
    }
    for (const odd of [undefined, {}, { guardrails: [] }, { guardrails: { maxTrafficIncrease: 'all' } }]) {
      expect(recordedGuardrails(odd)).toBeUndefined();
    }
  });
});
