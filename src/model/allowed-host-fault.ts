/** What is wrong with a value, and what to do about it. */
export interface ValueFault {
  /** In words that follow the value's name and a colon. */
  readonly reason: string;
  readonly hint: string;
}

const labels = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;

/**
 * Why a value of `--allow-host` can match no host, undefined where it can. An address of an environment matches by its
 * `URL.host`: lower case, punycode, no default port, IPv6 in brackets (docs/security.md, "Hosts").
 */
export function allowedHostFault(text: string): ValueFault | undefined {
  const value = text.toLowerCase();
  if (canMatch(value)) return undefined;
  if (value.includes('://')) return { reason: 'it is a URL, not a host', hint: writeHost(parsed(value)) };
  if (value.includes('*')) return { reason: '* stands for nothing here', hint: nameEach };
  if (/^:?\d+$/.test(value)) {
    return {
      reason: 'it is a port, not a host',
      hint: 'Write the host before the port, such as api.example.com:8443.',
    };
  }
  const url = parsed(`https://${value.trim()}`) ?? parsed(`https://[${value}]`);
  return { reason: 'no URL has a host that is written like this', hint: writeHost(url) };
}

function canMatch(value: string): boolean {
  const url = parsed(`https://${value}`);
  return url?.host === value && (url.hostname.startsWith('[') || labels.test(url.hostname));
}

const nameEach = 'Give --allow-host for each host. CXONE_GITOPS_ALLOW_HOST takes each on a line of its own.';

function writeHost(url: URL | undefined): string {
  const host = url?.host.replace(/\.(?=$|:)/, '') ?? '';
  return canMatch(host) ? `Write ${host}.` : `Write a host such as api.example.com. ${nameEach}`;
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
