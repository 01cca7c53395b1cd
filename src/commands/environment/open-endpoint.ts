import type { ConnectOptions, RequestRecord, Wait } from '../../cxone/connect.js';
import type { EnvironmentSettings } from '../../manifest/environment-settings.js';
import type { Deadline } from '../../model/deadline.js';
import { checkEndpoint, type Endpoint } from '../../model/endpoint.js';
import { KnownError } from '../../model/known-error.js';
import { type Proxy, readProxy } from '../../model/proxy.js';
import { counted } from '../../report/counted.js';
import { escapeTerminal } from '../../report/escape-terminal.js';
import { type Context, type SharedOptions, say } from '../context.js';
import { readCredentials, type Secrets } from '../secrets/credentials.js';
import type { Trusted } from '../trust/choose-trusted.js';
import { refuseUntrustedRun, refuseUntrustedSecret } from '../trust/trust.js';

/** An environment whose endpoint may be called. */
export interface OpenedEndpoint {
  /** The environment's name. */
  readonly name: string;
  /** Of the manifests, but for what `--trust-ref` decides. */
  readonly settings: EnvironmentSettings;
  readonly endpoint: Endpoint;
  /** The endpoint is loopback: everything printed is marked. */
  readonly simulated: boolean;
  readonly trusted: Trusted;
  /** The proxy of the operator's environment, for an endpoint off loopback. */
  readonly proxy?: Proxy;
}

/**
 * Checks everything that must hold before the network is used for an environment with these settings (docs/security.md,
 * "Trust"). Throws a KnownError that names what is wrong with the endpoint or with the run.
 */
export function openEndpoint(context: Context, options: SharedOptions, name: string, trusted: Trusted): OpenedEndpoint {
  const { settings, notices } = trusted;
  const { endpoint, simulated } = chooseEndpoint(options, settings);
  refuseUnverifiedTls(context);
  // The process' own variables: an env file and a manifest name no proxy.
  const proxy = simulated ? undefined : readProxy(context.env);
  refuseUntrustedRun(context, options, name, simulated);
  for (const notice of notices) say(context, options, `warning: ${notice}`);
  if (proxy !== undefined && options.verbose === true)
    say(context, options, `${proxy.variable} names the proxy ${proxy.host}`);
  return { name, settings, endpoint, simulated, trusted, ...(proxy !== undefined && { proxy }) };
}

function chooseEndpoint(options: SharedOptions, settings: EnvironmentSettings) {
  const addresses = options.endpoint === undefined ? settings.endpoint : { baseUrl: options.endpoint };
  const checked = checkEndpoint(addresses, { allowHosts: options.allowHost });
  if ('endpoint' in checked) return checked;
  throw new KnownError('ConfigurationError', `${addresses.baseUrl}: ${checked.reason}`, { hint: checked.hint });
}

function refuseUnverifiedTls({ env }: Context): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return;
  throw new KnownError('ConfigurationError', 'NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the check of who answers', {
    hint: 'Unset it. Trust a private authority with NODE_EXTRA_CA_CERTS.',
  });
}

/** What a client of this environment needs; the same for reading and for writing. */
export function connectOptions(
  context: Context,
  options: SharedOptions,
  { name, settings, endpoint, proxy }: OpenedEndpoint,
  secrets: Secrets,
): ConnectOptions {
  const credentials = readCredentials(name, settings.credentials, secrets);
  refuseUntrustedSecret(context, options, name, credentials.clientSecret);
  return {
    endpoint,
    ...(proxy !== undefined && { proxy }),
    credentials,
    concurrency: options.concurrency,
    timeoutMs: options.timeout * 1000,
    version: context.version,
    clock: context.clock,
    random: context.random,
    mask: context.secrets,
    deadline: deadlineOf(context, options),
    onWait: (wait) => say(context, options, `waiting ${(wait.ms / 1000).toFixed(1)} s ${waitWords(wait)}`),
    onRequest: (request) => {
      if (options.verbose === true) context.err.write(`${escapeTerminal(requestWords(request))}\n`);
    },
  };
}

function waitWords(wait: Wait): string {
  if (wait.reason === 'rate-limit') return `(rate limit): ${counted(wait.requests, 'request')}`;
  return `(no usable answer yet): ${wait.method} ${wait.path}: ${wait.because}`;
}

function requestWords({ method, path: where, status, ms, correlationId, failure }: RequestRecord): string {
  const request = `${method} ${where} ${status ?? 'no answer'} ${Math.round(ms)} ms ${correlationId}`;
  return failure === undefined ? request : `${request}: ${failure}`;
}

/** When the time of this run is over. */
export function deadlineOf({ startedAt }: Context, { timeLimit }: Pick<SharedOptions, 'timeLimit'>): Deadline {
  return { at: startedAt + timeLimit * 1000, seconds: timeLimit };
}
