import { expect, test } from 'vitest';
import { readableSecrets } from '../../../src/commands/secrets/readable-secrets.js';
import type { TrustedSettings } from '../../../src/model/trusted-settings.js';

const webhooks = [{ variable: 'CXONE_WEBHOOK_A', origins: ['https://qa.example.com'] }];
const settings: TrustedSettings = {
  baseUrl: 'https://acme.api.nicecxone.com',
  tokenUrl: 'https://acme.api.nicecxone.com/oauth/token',
  credentials: { clientId: 'CXONE_CLIENT_ID', clientSecret: 'CXONE_CLIENT_SECRET' },
  ledger: null,
  guardrails: {},
  webhooks,
};
const ref = { atRef: { ref: 'origin/main', settings } };
const pullRequest = { env: { GITHUB_EVENT_NAME: 'pull_request' } };

test.each([
  ['all where the manifests at hand are the ones that count', { env: {} }, {}, false, undefined],
  ['none in the run of a pull request that trusts no ref', pullRequest, {}, false, []],
  ['those of the ref that is trusted', { env: {} }, ref, false, webhooks],
  ['those of that ref, too, in the run of a pull request', pullRequest, ref, false, webhooks],
  ['none while trusted settings wait to be accepted', { env: {} }, {}, true, []],
  ['none then, though a ref is trusted', pullRequest, ref, true, []],
])('header values that may be read are %s', (_what, context, trusted, pending, readable) => {
  expect(readableSecrets(context, trusted, { pending })).toEqual(readable);
});
