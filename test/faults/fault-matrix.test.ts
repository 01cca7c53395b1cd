import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engine, liveEngine, pipeline, webhook } from '../cli/manifests.js';
import { listen } from './listen.js';
import { watch, wrongs } from './scenario.js';
import { listenSelfSigned } from './self-signed.js';
import type { Fate, Page, Passing } from './wire.js';
import { type Ended, openWorld, type World } from './world.js';

/** What a call is sent as. The first of its kind meets the fault. */
const calls = {
  token: /^POST \/oauth\/token$/u,
  'list engines': /^GET .*\/engines$/u,
  'list webhooks': /^GET .*\/webhooks$/u,
  'list models': /^GET .*\/models$/u,
  // Without ETags an engine is read just before it is changed.
  'read engine': /^GET .*\/engines\/g1$/u,
  'create engine': /^POST .*\/engines$/u,
  'configure it': /^PATCH .*\/engines\/(?!g1)/u,
  'change engine': /^PATCH .*\/engines\/g1$/u,
  'create webhook': /^POST .*\/webhooks$/u,
  'change webhook': /^PATCH .*\/webhooks\/w1$/u,
  'audit event': /^POST .*\/logs$/u,
  // Read only after an event that got no answer.
  'audit log': /^GET .*\/logs$/u,
} as const;
type Call = keyof typeof calls;
const callNames = Object.keys(calls) as Call[]; // Sound: the keys of a constant.

interface Fault {
  readonly fate: Fate | ((passing: Passing) => Fate);
  /** Where the run is sent instead; no request gets so far as to meet a fate. */
  readonly endpoint?: () => string;
  /** What a message of the run must say where the run does not end with 0. */
  readonly says: RegExp;
  /** Also on every later request of the call. */
  readonly lasts?: true;
  /** Requests leave one at a time: it cuts off those beside it, too. */
  readonly alone?: true;
}

const hours = 3_600_000;
const proxyPage = '<html><head><title>502 Bad Gateway</title></head></html>';
const html = { 'content-type': 'text/html' };

const faults: Record<string, Fault> = {
  'reset before': { fate: 'cut-before', says: /the connection was reset/u },
  'reset after': { fate: 'cut-after', says: /the connection was reset/u },
  'hang before': { fate: 'hang', says: /no answer within 3 s/u },
  'hang after': { fate: 'hang-after', says: /no answer within 3 s/u },
  'slow drip': { fate: 'drip', says: /no whole answer within 3 s/u },
  'truncated body': { fate: 'truncate', says: /the connection was closed|cut off/u },
  'half a document': { fate: 'half', says: /a body that is not (a )?JSON/u },
  'a web page': { fate: 'page', says: /a body that is not (a )?JSON/u },
  'empty 2xx': { fate: 'empty', says: /an empty body|not a JSON object/u },
  'wrong type': { fate: 'odd-type', says: /never/u },
  '500 before': { fate: { status: 500 }, says: /500: A fault of the wire/u },
  'HTML 502 before': { fate: { status: 502, headers: html, body: proxyPage }, says: /“502 Bad Gateway”/u },
  'HTML 502 after': { fate: { status: 502, headers: html, body: proxyPage, late: true }, says: /“502 Bad Gateway”/u },
  '200 MiB body': { fate: 'flood', says: /larger than 16 MiB/u },
  'gzip bomb': { fate: 'bomb', says: /larger than 16 MiB/u },
  'redirect 302': { fate: () => elsewhere(302), says: /a redirect to http:\S+, and redirects are never followed/u },
  'redirect 308': { fate: () => elsewhere(308), says: /a redirect to http:\S+, and redirects are never followed/u },
  'page loop': { fate: paged(() => 'again'), says: /leads back to a page before it/u, lasts: true },
  'repeated rows': { fate: paged((token) => (token === null ? 'more' : null)), says: /never/u, lasts: true },
  'expired page token': {
    fate: ({ pageToken }) => (pageToken === null ? paged(() => 'old')({ pageToken }) : { status: 400 }),
    says: /answered 400: A fault of the wire/u,
    lasts: true,
  },
  'clock skew': { fate: 'clock-ahead', says: /never/u },
  'expired token': { fate: 'stale-token', says: /never/u },
  'answered 401': { fate: { status: 401 }, says: /401: A fault of the wire/u },
  'answered 403': { fate: { status: 403 }, says: /403: A fault of the wire/u },
  'answered 409': { fate: { status: 409 }, says: /409: A fault of the wire/u },
  'answered 412': { fate: { status: 412 }, says: /412: A fault of the wire|no longer what the plan saw/u },
  'answered 429': { fate: { status: 429, headers: { 'retry-after': '20' } }, says: /never/u },
  '429 by a date, skewed': { fate: skewedLimit, says: /never/u },
  'server restart': { fate: 'restart', says: /the connection was (closed|reset)/u, alone: true },
  'server gone': { fate: 'gone', says: /the connection was (closed|reset|refused)/u, alone: true },
  'TLS failure': { fate: 'hang', endpoint: () => selfSigned.url, says: /self-signed certificate/u },
  'no TLS': { fate: 'hang', endpoint: () => bystander.url.replace('http', 'https'), says: /wrong version number/u },
  'DNS failure': {
    fate: 'hang',
    endpoint: () => 'https://cxone.invalid',
    says: /the host name (is unknown|could not be looked up)/u,
  },
};

/**
 * One row a fault, one column a call, in the order of `calls`. A cell is the exit code of the run that met the fault, how
 * many of its four changes are live after it, and how many audit events arrived. The next run ends with 0, and then all
 * four are live and audited exactly once. `–`: the call has no such thing.
 */
const table = `
reset before          | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 7 2/2 | 0 4/4 | 0 4/4 | 7 3/3 | 0 4/4 | 8 4/3 | 0 4/4
reset after           | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4
hang before           | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 7 2/2 | 0 4/4 | 0 4/4 | 7 3/3 | 0 4/4 | 8 4/3 | 0 4/4
hang after            | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4
slow drip             | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4
truncated body        | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4
half a document       | 1 0/0 | 1 0/0 | 1 0/0 | 0 4/4 | 7 3/3 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 8 4/4
a web page            | 1 0/0 | 1 0/0 | 1 0/0 | 0 4/4 | 7 3/3 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 8 4/4
empty 2xx             | 1 0/0 | 1 0/0 | 1 0/0 | 0 4/4 | 7 3/3 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 8 4/4
wrong type            | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4
500 before            | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 7 2/2 | 0 4/4 | 0 4/4 | 7 3/3 | 0 4/4 | 8 4/3 | 0 4/4
HTML 502 before       | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 7 2/2 | 0 4/4 | 0 4/4 | 7 3/3 | 0 4/4 | 8 4/3 | 0 4/4
HTML 502 after        | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4
200 MiB body          | 1 0/0 | 1 0/0 | 1 0/0 | 0 4/4 | 7 3/3 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 8 4/4
gzip bomb             | 1 0/0 | 1 0/0 | 1 0/0 | 0 4/4 | 7 3/3 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 8 4/4
redirect 302          | 1 0/0 | 1 0/0 | 1 0/0 | 0 4/4 | 7 3/3 | 7 2/2 | 0 4/4 | 0 4/4 | 7 3/3 | 0 4/4 | 8 4/3 | 8 4/4
redirect 308          | 1 0/0 | 1 0/0 | 1 0/0 | 0 4/4 | 7 3/3 | 7 2/2 | 7 3/4 | 7 3/3 | 7 3/3 | 7 3/3 | 8 4/3 | 8 4/4
page loop             | –     | 1 0/0 | 1 0/0 | 0 4/4 | –     | –     | –     | –     | –     | –     | –     | 8 4/4
repeated rows         | –     | 0 4/4 | 0 4/4 | 0 4/4 | –     | –     | –     | –     | –     | –     | –     | 0 4/4
expired page token    | –     | 1 0/0 | 1 0/0 | 0 4/4 | –     | –     | –     | –     | –     | –     | –     | 8 4/4
clock skew            | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4
expired token         | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4
answered 401          | 4 0/0 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4
answered 403          | 4 0/0 | 4 0/0 | 4 0/0 | 0 4/4 | 7 3/3 | 7 2/2 | 7 3/4 | 7 3/3 | 7 3/3 | 7 3/3 | 8 4/3 | 8 4/4
answered 409          | 1 0/0 | 1 0/0 | 1 0/0 | 0 4/4 | 7 3/3 | 7 2/2 | 7 3/4 | 7 3/3 | 7 3/3 | 7 3/3 | 8 4/3 | 8 4/4
answered 412          | 1 0/0 | 1 0/0 | 1 0/0 | 0 4/4 | 7 3/3 | 7 2/2 | 7 3/4 | 7 3/3 | 7 3/3 | 7 3/3 | 8 4/3 | 8 4/4
answered 429          | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4
429 by a date, skewed | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4
server restart        | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 0 4/4 | 7 2/2 | 0 4/4 | 0 4/4 | 7 3/3 | 0 4/4 | 8 4/3 | 0 4/4
server gone           | 1 0/0 | 1 0/0 | 1 0/0 | 1 0/0 | 7 1/0 | 7 0/0 | 7 0/0 | 7 1/1 | 7 3/3 | 7 2/2 | 7 1/0 | 7 2/1
TLS failure           | 1 0/0 | –     | –     | –     | –     | –     | –     | –     | –     | –     | –     | –
no TLS                | 1 0/0 | –     | –     | –     | –     | –     | –     | –     | –     | –     | –     | –
DNS failure           | 1 0/0 | –     | –     | –     | –     | –     | –     | –     | –     | –     | –     | –
`;

describe.each(rowsOf(table))('a call that meets: $fault', ({ fault, cells }) => {
  test('ends as declared, and the next run makes up for it', async () => {
    const met = await Promise.all(
      callNames.map(async (call) => (cells[call] === '–' ? '–' : meet(call, faults[fault] ?? notDeclared(fault)))),
    );
    expect(Object.fromEntries(callNames.map((call, at) => [call, met[at]]))).toEqual(cells);
  });
});

test('every fault has its row', () => {
  expect(rowsOf(table).map(({ fault }) => fault)).toEqual(Object.keys(faults));
});

function rowsOf(text: string): { fault: string; cells: Record<string, string> }[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [fault = '', ...cells] = line.split('|').map((cell) => cell.trim());
      return { fault, cells: Object.fromEntries(callNames.map((call, at) => [call, cells[at] ?? 'not declared'])) };
    });
}

function notDeclared(fault: string): never {
  throw new Error(`there is no fault ${fault}`);
}

/** The cell of a call and a fault, or what is wrong with it. */
async function meet(call: Call, fault: Fault): Promise<string> {
  const world = await openWorld({
    engines: [liveEngine('g1', 'Gamma', { trafficSplit: 100 })],
    webhooks: [liveWebhook],
    documents,
    assume: call === 'read engine' ? ['etag=off'] : [],
  });
  try {
    const { hit, doubted } = letMeet(world, call, fault);
    const at = fault.endpoint?.();
    // Long enough for a slow machine that does all cells of a row at once; no longer where it is waited for.
    const timeout = ['--timeout', waits(fault) ? '3' : '30'];
    const options = ['--verbose', ...timeout, ...(fault.alone === true ? ['--concurrency', '1'] : [])];
    const first = await (at === undefined ? world.apply(...options) : applyTo(world, at));
    const cell = `${first.code} ${await changed(world)}/${(await world.auditLogs()).length}`;
    const early = await watch(world);
    world.wire.fate = () => undefined;
    await world.wire.up();
    // After a 0, that a plan is empty says all.
    const second = first.code === 0 ? first : await world.apply('--verbose');
    const late = [...(await watch(world)), ...(await wrongs(world))];
    const faulty = [
      ...(hit() || at !== undefined ? [] : ['it was never met']),
      ...(call === 'audit log' && !doubted() ? ['no event was in doubt'] : []),
      ...early,
      ...late,
      ...(second.code === 0 ? [] : [`the next run ended with ${second.code}: ${second.err}`]),
      ...((await changed(world)) === 4 ? [] : ['the next run did not make up for it']),
      ...wrongWords(first, first.code === 0 ? undefined : fault),
      ...wrongWords(second, undefined),
    ];
    return [cell, ...faulty].join('; ');
  } finally {
    await world.close();
  }
}

function waits({ fate }: Fault): boolean {
  return fate === 'hang' || fate === 'hang-after' || fate === 'drip';
}

/** The simulator's own secret would not be sent there. */
function applyTo(world: World, endpoint: string): Promise<Ended> {
  const { host } = new URL(endpoint);
  const env = { CXONE_CLIENT_ID: 'ci', CXONE_CLIENT_SECRET: 'a secret for nobody', HOME: world.file('.') };
  return world.cli(['apply', 'dev', '--auto-approve', '--verbose', '--endpoint', endpoint, '--allow-host', host], {
    env,
  });
}

const documents = [
  engine('Beta', { trafficSplit: 100, audioProcessingOptions: pipeline }),
  engine('Gamma', { trafficSplit: 100, description: 'new' }),
  webhook('Created', { engines: ['SpeechEngine/Beta@1.0.0'] }),
  webhook('Changed', { callbackUrl: 'https://b.example.com/x', engines: ['SpeechEngine/Gamma@1.0.0'] }),
];

const liveWebhook = {
  webhookId: 'w1',
  name: 'Changed',
  callbackUrl: 'https://a.example.com/x',
  filter: { eventTypes: ['speechEngineUpdated'], speechEngineIds: ['g1'] },
  headers: {},
  retryPolicy: { maxRetries: 3, retryIntervalMs: 5000 },
};

function letMeet(world: World, call: Call, { fate, lasts }: Fault) {
  let hits = 0;
  let doubts = 0;
  world.wire.fate = (passing) => {
    const sent = `${passing.method} ${passing.path}`;
    if (call === 'audit log' && doubts === 0 && calls['audit event'].test(sent)) {
      doubts += 1;
      return 'cut-after';
    }
    if (!calls[call].test(sent) || (hits > 0 && lasts !== true)) return undefined;
    hits += 1;
    return typeof fate === 'function' ? fate(passing) : fate;
  };
  return { hit: () => hits > 0, doubted: () => doubts > 0 };
}

/** How many of the four changes are live as a whole. */
async function changed(world: World): Promise<number> {
  const [engines, webhooks] = [await world.engines(), await world.webhooks()];
  return [
    engines.some((one) => one.name === 'Beta' && one.trafficSplit === 100 && one.audioProcessingOptions !== null),
    engines.some((one) => one.name === 'Gamma' && one.description === 'new'),
    webhooks.some(({ name }) => name === 'Created'),
    webhooks.some(({ callbackUrl }) => callbackUrl === 'https://b.example.com/x'),
  ].filter(Boolean).length;
}

/** What must not, or must, stand in the output of a run, the list of its requests included. */
function wrongWords({ out, err }: Ended, fault: Fault | undefined): string[] {
  const said = `${out}\n${err}`;
  const about = said.split('\n').filter((line) => fault?.says.test(line) || inGeneral.test(line));
  return [
    ...(/simulator-secret|a secret for nobody|\bsim-[0-9a-f]{8}-/u.test(said) ? [`it shows a secret: ${said}`] : []),
    ...(/^\s+at .*(\.[jt]s|node:\w+):\d+|\bhas a bug\b/mu.test(said) ? [`it shows a stack trace: ${said}`] : []),
    ...(/\bundefined\b|\bNaN\b|\[object /u.test(said) ? [`it shows a value of the program: ${said}`] : []),
    ...(fault === undefined || about.length > 0 ? [] : [`it says: ${said}`]),
    ...(about.length === 0 || about.some((line) => /Correlation id [0-9a-f-]{36}/u.test(line) || unnamed.test(line))
      ? []
      : [`it names no correlation id: ${about.join(' ')}`]),
  ];
}

/** Said of a fault without its words: the next run looks. */
const inGeneral = /and it is not listed|the audit event of .* is not delivered/u;

/** Said without the correlation id of a request: none was sent, or the ledger alone has it. */
const unnamed = /was not sent|did not leave|the audit event of .* is not delivered/u;

function paged(tokenAfter: (token: string | null) => string | null) {
  return ({ pageToken }: Pick<Passing, 'pageToken'>): Fate => ({
    page: ({ entities }: Page) => ({ entities: [...entities, ...entities], nextPageToken: tokenAfter(pageToken) }),
  });
}

/** Both dates of the answer are of a clock that is five hours ahead; it asks for 20 seconds. */
function skewedLimit(): Fate {
  const date = Date.parse('2026-01-31T12:00:00Z') + 5 * hours;
  const headers = { date: new Date(date).toUTCString(), 'retry-after': new Date(date + 20_000).toUTCString() };
  return { status: 429, headers };
}

function elsewhere(status: number): Fate {
  return { status, headers: { location: `${bystander.url}/oauth/token?secret=x` } };
}

/** Where nothing may ever arrive. */
let bystander: Awaited<ReturnType<typeof listenSelfSigned>>;
let selfSigned: Awaited<ReturnType<typeof listenSelfSigned>>;

beforeAll(async () => {
  let requests = 0;
  const server = createServer((_incoming, outgoing) => {
    requests += 1;
    outgoing.end('{}');
  });
  const { port, close } = await listen(server);
  bystander = { url: `http://127.0.0.1:${port}`, requests: () => requests, close };
  selfSigned = await listenSelfSigned();
});

afterAll(async () => {
  await Promise.all([bystander.close(), selfSigned.close()]);
  expect([bystander.requests(), selfSigned.requests()]).toEqual([0, 0]);
});
