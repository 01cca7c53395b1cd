import { KnownError } from './known-error.js';

/** An HTTP proxy, as the operator's environment names it. */
export interface Proxy {
  /** http or https, without the credentials and without a path. */
  readonly url: string;
  /** `host:port`, for messages. */
  readonly host: string;
  /** The variable that names the proxy, such as HTTPS_PROXY. */
  readonly variable: string;
  /** The value of `Proxy-Authorization`; absent without credentials. */
  readonly authorization?: string;
  /** The hosts to connect to without the proxy, as undici reads them. */
  readonly noProxy: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * The proxy for https, by the rules of undici's EnvHttpProxyAgent: a name in lower case counts before the same name in
 * upper case, and an HTTP_PROXY serves https too where HTTPS_PROXY is unset or empty. Undefined where none is set.
 * @throws KnownError ConfigurationError for a value that names no usable proxy. The message holds nothing of the value.
 */
export function readProxy(env: Env): Proxy | undefined {
  const named = [chosen(env, 'HTTPS_PROXY'), chosen(env, 'HTTP_PROXY')].find(({ value }) => value !== '');
  if (named === undefined) return undefined;
  const { variable, value } = named;
  const url = proxyUrl(variable, value);
  const authorization = authorizationOf(variable, url);
  return {
    url: url.origin,
    host: `${url.hostname}:${url.port === '' ? defaultPorts[url.protocol] : url.port}`,
    variable,
    noProxy: noProxyOf(chosen(env, 'NO_PROXY').value),
    ...(authorization !== undefined && { authorization }),
  };
}

/**
 * The parts of the proxy variables that no output may show: passwords, and a user name that stands alone. Values that are
 * no URL give theirs too.
 */
export function proxySecrets(env: Env): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || !/^(?:https?|all)_proxy$/iu.test(name)) return [];
    const userinfo = /^(?:[^:/?#]*:\/{0,2})?(.*)@/su.exec(value)?.[1] ?? '';
    const [user = '', ...rest] = userinfo.split(':');
    const password = rest.join(':');
    const secrets = password === '' ? [user] : [password, userinfo];
    return secrets.flatMap((secret) => [secret, decoded(secret) ?? secret]);
  });
}

function chosen(env: Env, name: string): { readonly variable: string; readonly value: string } {
  const lower = name.toLowerCase();
  const variable = env[lower] === undefined ? name : lower;
  return { variable, value: env[variable]?.trim() ?? '' };
}

function proxyUrl(variable: string, value: string): URL {
  const example = `Write it like ${variable}=http://proxy.example.com:3128, or unset it.`;
  const refuse = (reason: string, hint = example) =>
    new KnownError('ConfigurationError', `${variable}: ${reason}`, { hint });
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//iu.exec(value)?.[1]?.toLowerCase();
  if (scheme === undefined) throw refuse('the address of the proxy does not begin with http:// or https://');
  if (scheme.startsWith('socks')) throw refuse('SOCKS proxies are not supported', `Name an HTTP proxy. ${example}`);
  if (scheme !== 'http' && scheme !== 'https') throw refuse('the proxy is neither http nor https');
  // URL drops line breaks without a word.
  if (/[\s\p{Cc}]/u.test(value) || !URL.canParse(value)) throw refuse('the address of the proxy is not a URL');
  const url = new URL(value);
  if (!/^\/?$/u.test(url.pathname) || /[?#]/u.test(value)) {
    const hint = 'Keep the host and the port only. In a user name or password write / as %2F, ? as %3F and # as %23.';
    throw refuse('the address of the proxy has a path, a query or a fragment', hint);
  }
  return url;
}

function authorizationOf(variable: string, { username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const [user, word] = [decoded(username), decoded(password)];
  if (user !== undefined && word !== undefined) return `Basic ${Buffer.from(`${user}:${word}`).toString('base64')}`;
  throw new KnownError(
    'ConfigurationError',
    `${variable}: the user name or the password of the proxy has a % without two hexadecimal digits`,
    { hint: 'Write % as %25.' },
  );
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** undici takes `*` for every host only where it stands alone. */
function noProxyOf(value: string): string {
  return value.split(/[\s,]+/u).includes('*') ? '*' : value;
}
