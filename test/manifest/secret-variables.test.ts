import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../src/manifest/check-document.js';

function credential(variable: string) {
  const spec = { orgId: 'acme', credentials: { clientSecret: { fromEnv: variable } } };
  return checkDocument('Environment', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec });
}

function header(variable: string) {
  const spec = {
    callbackUrl: 'https://qa.example.com',
    eventTypes: ['speechEngineUpdated'],
    headers: { X: { fromEnv: variable } },
  };
  return checkDocument('Webhook', { apiVersion: 'cxone-gitops/v1', kind: 'Webhook', metadata: { name: 'A' }, spec });
}

describe('a manifest can name', () => {
  it.each(['CXONE_CLIENT_SECRET', 'CXONE_2', 'CXONE_WEBHOOKS', 'CXONE_GITOPSX'])('%s as a credential', (variable) => {
    expect(credential(variable)).toEqual([]);
  });

  it.each(['CXONE_WEBHOOK_QA', 'CXONE_WEBHOOK_2'])('%s as a header', (variable) => {
    expect(header(variable)).toEqual([]);
  });
});

describe('a manifest can not name', () => {
  it.each([
    'CXONE_WEBHOOK_QA',
    'CXONE_GITOPS_ACCEPT_TRUST',
    'CXONE_',
    'CXONE_client',
    'GITHUB_TOKEN',
    'XCXONE_SECRET',
    'CXONE_A\nB',
    ' CXONE_A',
  ])('%j as a credential', (variable) => {
    expect(credential(variable)).toMatchObject([{ code: 'refused-variable' }]);
  });

  it.each([
    'CXONE_CLIENT_SECRET',
    'CXONE_WEBHOOK_',
    'CXONE_WEBHOOK_qa',
    'CXONE_WEBHOOKS_QA',
    'XCXONE_WEBHOOK_QA',
    'CXONE_WEBHOOK_QA\n',
    'CXONE_GITOPS_X',
  ])('%j as a header', (variable) => {
    expect(header(variable)).toMatchObject([{ code: 'refused-variable' }]);
  });
});
