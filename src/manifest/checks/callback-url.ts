import { isPrivateHost } from '../../model/host.js';
import type { Resource } from '../../model/resource.js';
import type { ResourceFinding } from './resource-finding.js';

/** A webhook's address that CXone can't or must not call (docs/security.md, "Hosts"). That it is https says the schema. */
export function callbackUrl(resource: Resource): ResourceFinding[] {
  const text = resource.spec['callbackUrl'];
  if (resource.identity.kind !== 'Webhook' || typeof text !== 'string') return [];
  const wrong = faultOf(text);
  if (wrong === undefined) return [];
  return [{ resource, code: 'refused-callback-url', path: '/spec/callbackUrl', ...wrong }];
}

function faultOf(text: string): { readonly message: string; readonly hint: string } | undefined {
  // What stands between // and \@ is the host to a browser, and a password to others; an empty host is skipped.
  if (!URL.canParse(text) || text.includes('\\') || /^https:\/{3}/.test(text)) {
    return { message: 'callbackUrl is not a URL.', hint: 'For example: https://qa.example.com/webhooks/cxone' };
  }
  const url = new URL(text);
  const header = 'Send a secret in a header: headers: { X-Signature: { fromEnv: CXONE_WEBHOOK_… } }';
  if (url.username !== '' || url.password !== '') return { message: 'callbackUrl holds credentials.', hint: header };
  if (text.includes('#')) {
    return { message: 'callbackUrl has a fragment, which is never sent.', hint: 'Leave out what follows #.' };
  }
  // A query is where tokens stand, and addresses are shown in plans, logs and comments.
  if (text.includes('?')) return { message: 'callbackUrl has a query.', hint: `Leave out what follows ?. ${header}` };
  if (!isPrivateHost(url.hostname)) return undefined;
  const message = `callbackUrl: CXone can't reach ${url.hostname}, which is a private or loopback host.`;
  return { message, hint: 'Name a public host.' };
}
