import { isLoopbackHost } from './host.js';

/** Where an organisation's API is, normalized: no trailing slash, no credentials, query or fragment. */
export interface Endpoint {
  readonly baseUrl: string;
  readonly tokenUrl: string;
}

/** An endpoint that may be called, or why it may not. */
export type EndpointCheck =
  | { readonly endpoint: Endpoint /** True for loopback: nothing real is touched. */; readonly simulated: boolean }
  | { readonly reason: string; readonly hint: string };

const domain = '.api.nicecxone.com';
const orgIdPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The endpoint of an organisation (docs/cxone-api.md, "Connection"). */
export function endpointOfOrg(orgId: string): Endpoint {
  const baseUrl = `https://${orgId}${domain}`;
  return { baseUrl, tokenUrl: defaultTokenUrl(baseUrl) };
}

/**
 * Every host rule of docs/security.md ("Hosts"), checked after URL parsing, for manifests and for `--endpoint` alike.
 * Without a tokenUrl it is the base URL's `/oauth/token`. `allowHosts` are the operator's: `host` or `host:port`.
 */
export function checkEndpoint(
  addresses: { readonly baseUrl: string; readonly tokenUrl?: string | undefined },
  { allowHosts }: { readonly allowHosts: readonly string[] },
): EndpointCheck {
  const base = parse(addresses.baseUrl, 'The base URL');
  if ('reason' in base) return base;
  const baseUrl = base.url.href.replace(/\/+$/, '');
  const token = parse(addresses.tokenUrl ?? defaultTokenUrl(baseUrl), 'The token URL');
  if ('reason' in token) return token;
  if (token.url.origin !== base.url.origin) {
    return {
      reason: `The token URL is on ${token.url.host}, the base URL on ${base.url.host}`,
      hint: 'The client secret goes to the token URL: it must have the origin of the base URL.',
    };
  }
  const refusal = refuse(base.url, allowHosts);
  if (refusal !== undefined) return refusal;
  return { endpoint: { baseUrl, tokenUrl: token.url.href }, simulated: isLoopbackHost(base.url.hostname) };
}

function defaultTokenUrl(baseUrl: string): string {
  return `${baseUrl}/oauth/token`;
}

function parse(text: string, name: string): { url: URL } | { reason: string; hint: string } {
  if (!URL.canParse(text)) return { reason: `${name} is not a URL`, hint: 'Write it like https://example.com.' };
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { reason: `${name} is neither https nor http`, hint: 'Write it like https://example.com.' };
  }
  if (url.username !== '' || url.password !== '' || text.includes('@')) {
    return { reason: `${name} holds credentials`, hint: 'Credentials come from environment variables only.' };
  }
  if (/[?#]/.test(text)) return { reason: `${name} has a query or a fragment`, hint: 'Leave it out.' };
  if (url.hostname.endsWith('.')) return { reason: `${name}'s host ends in a dot`, hint: 'Leave the dot out.' };
  return { url };
}

function refuse(url: URL, allowHosts: readonly string[]): { reason: string; hint: string } | undefined {
  if (isLoopbackHost(url.hostname)) return undefined;
  if (url.protocol === 'http:') {
    return { reason: `${url.host} would be called over plain http`, hint: 'Use https; http is for loopback only.' };
  }
  if (allowHosts.some((host) => host.toLowerCase() === url.host)) return undefined;
  if (isOrganisation(url.hostname) && url.port === '') return undefined;
  return {
    reason: `${url.host} is not a CXone host (<orgId>${domain})`,
    hint: `If it is meant, the operator adds --allow-host ${url.host}.`,
  };
}

function isOrganisation(hostname: string): boolean {
  return hostname.endsWith(domain) && orgIdPattern.test(hostname.slice(0, -domain.length));
}
