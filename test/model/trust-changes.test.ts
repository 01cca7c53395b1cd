import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { trustChanges } from '../../src/model/trust-changes.js';
import { type TrustedSettings, trustedJson, trustHash } from '../../src/model/trusted-settings.js';

const settings: TrustedSettings = {
  baseUrl: 'https://acme.api.nicecxone.com',
  tokenUrl: 'https://acme.api.nicecxone.com/oauth/token',
  credentials: { clientId: 'CXONE_CLIENT_ID', clientSecret: 'CXONE_CLIENT_SECRET' },
  ledger: null,
  guardrails: { maxChanges: { count: 20 }, protected: ['Webhook/*'] },
  webhooks: [{ variable: 'CXONE_WEBHOOK_QA', origins: ['https://qa.example.com'] }],
};

function changesTo(over: Partial<TrustedSettings>) {
  return trustChanges(trustedJson(settings), trustedJson({ ...settings, ...over }));
}

describe('the changes of trusted settings', () => {
  it('are none between equal ones', () => {
    expect(changesTo({})).toEqual([]);
  });

  it('tell two lists apart whose texts, joined, are the same', () => {
    const guarded = (...patterns: string[]) => trustedJson({ ...settings, guardrails: { protected: patterns } });
    const one = guarded('Webhook/A', 'Webhook/B');
    const other = guarded('Webhook/A, Webhook/B');
    expect(trustChanges(one, other)).toEqual([
      {
        setting: 'guardrails.protected',
        before: 'Webhook/A, Webhook/B',
        after: '["Webhook/A, Webhook/B"]',
        direction: 'more',
      },
    ]);
  });

  it('name the remote and the branch of a ledger, and tell them from a folder of the same text', () => {
    const onBranch = { remote: 'origin', branch: 'cxone-gitops/ledger' };
    expect(changesTo({ ledger: onBranch })).toEqual([
      { setting: 'ledger.remote', before: null, after: 'origin', direction: 'more' },
      { setting: 'ledger.branch', before: null, after: 'cxone-gitops/ledger', direction: 'more' },
    ]);
    const inFolder = trustedJson({ ...settings, ledger: JSON.stringify(onBranch) });
    expect(trustChanges(trustedJson({ ...settings, ledger: onBranch }), inFolder)).toHaveLength(3);
  });

  it.each<[Partial<TrustedSettings>, object]>([
    [{ baseUrl: 'https://b' }, { setting: 'baseUrl', before: settings.baseUrl, after: 'https://b' }],
    [
      { credentials: { clientId: 'CXONE_CLIENT_ID', clientSecret: 'CXONE_B' } },
      { setting: 'credentials.clientSecret', before: 'CXONE_CLIENT_SECRET', after: 'CXONE_B' },
    ],
    [{ ledger: 'b' }, { setting: 'ledger', before: null, after: 'b' }],
    [
      { guardrails: { maxChanges: { count: 21 }, protected: ['Webhook/*'] } },
      { setting: 'guardrails.maxChanges', before: '{"count":20}', after: '{"count":21}' },
    ],
    [
      { guardrails: { maxChanges: { count: 20 } } },
      { setting: 'guardrails.protected', before: 'Webhook/*', after: null },
    ],
    [
      { webhooks: [] },
      { setting: 'webhooks.CXONE_WEBHOOK_QA', before: 'https://qa.example.com', after: null, direction: 'given-up' },
    ],
    [
      { webhooks: [{ variable: 'CXONE_WEBHOOK_QA', origins: ['https://a', 'https://qa.example.com'] }] },
      {
        setting: 'webhooks.CXONE_WEBHOOK_QA',
        before: 'https://qa.example.com',
        after: 'https://a, https://qa.example.com',
      },
    ],
  ])('name what differs in %j', (over, change) => {
    expect(changesTo(over)).toEqual([{ direction: 'more', ...change }]);
  });

  it('take nothing for granted of what another version recorded', () => {
    const other = {
      ...trustedJson(settings),
      ignoreDrift: ['/description'],
      webhooks: ['odd', { variable: 1 }],
      more: {},
    };
    expect(trustChanges(trustedJson(settings), other).map(({ setting }) => setting)).toEqual([
      'webhooks.CXONE_WEBHOOK_QA',
      'webhooks."odd"',
      'webhooks.{"variable":1}',
      'ignoreDrift."/description"',
    ]);
    expect(trustChanges({}, {})).toEqual([]);
  });
});

describe('the hash of trusted settings', () => {
  it('is that of a line that names its version and their canonical JSON', () => {
    const canonical =
      '{"baseUrl":"https://acme.api.nicecxone.com","credentials":{"clientId":"CXONE_CLIENT_ID",' +
      '"clientSecret":"CXONE_CLIENT_SECRET"},"guardrails":{"maxChanges":{"count":20},"protected":["Webhook/*"]},' +
      '"ledger":null,"tokenUrl":"https://acme.api.nicecxone.com/oauth/token",' +
      '"webhooks":[{"origins":["https://qa.example.com"],"variable":"CXONE_WEBHOOK_QA"}]}';
    const hash = createHash('sha256').update(`cxone-gitops-trust/v1\n${canonical}`).digest('hex');
    expect(trustHash(trustedJson(settings))).toBe(hash);
  });
});
