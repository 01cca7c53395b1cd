import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openMask } from '../../src/model/mask.js';
import { plainPaint } from '../../src/report/paint.js';
import type { Fate, Passing } from '../faults/wire.js';
import { closeWorlds, openWorld, type World } from '../faults/world.js';
import { testKeyText } from '../ledger/keys.js';
import { engine, liveEngine, webhook } from './manifests.js';

afterEach(closeWorlds);

const clientSecret = 'cs 5<7&"8"|d e\\f/g+{h}% of the client';
/** Signing keys, each of one byte; `new.key` is what the world's random numbers make. */
const keys = { 'old.key': 1, 'next.key': 2 };
const signingKeys = [...Object.values(keys), 0x5b].map((byte) => testKeyText(byte));
const headerValue = 'whsec-4f/9+Zq of the "QA" platform, for its <callbacks>';

/** How each command is called; the formats are its own. A command that is not here fails the test. */
const commands: Record<string, readonly string[]> = {
  init: ['init', 'new', '--org-id', 'acme', '--yes'],
  validate: ['validate', 'dev'],
  // Without --out, which saves no plan that holds a secret: it prints one.
  plan: ['plan', 'dev'],
  apply: ['apply', 'dev', '--auto-approve'],
  drift: ['drift', 'dev'],
  catalog: ['catalog', 'dev'],
  'audit verify': ['audit', 'verify', 'dev'],
  'audit show': ['audit', 'show', 'dev'],
  'audit deliver': ['audit', 'deliver', 'dev'],
  'audit keygen': ['audit', 'keygen', '--out', 'new.key'],
  'audit rotate': ['audit', 'rotate', 'dev', '--sign-key', 'old.key', '--new-key', 'next.key'],
  'audit hash': ['audit', 'hash', 'environments/dev/all.yaml', '--environment', 'dev'],
  schema: ['schema', 'plan'],
  simulate: ['simulate'],
};

type Way = (echoed: string, passing: Passing) => Fate | undefined;
const json = (status: number, body: unknown): Fate => ({ status, body: JSON.stringify(body) });
const writes = (passing: Passing) => passing.method !== 'GET' && !passing.path.endsWith('/token');

/** How they end, where not with 0: there are differences, and no ledger yet. */
const endings: Readonly<Record<string, number>> = { drift: 2, 'audit verify': 8 };
/** What runs before them, so that there is something to show. */
const earlier: Readonly<Record<string, readonly string[]>> = {
  'audit show': ['apply', 'dev', '--auto-approve', '--sign-key', 'old.key'],
  'audit rotate': ['apply', 'dev', '--auto-approve', '--sign-key', 'old.key'],
};
const obedient = 'does what it is told';

/** What a server does that knows the secrets and says them. */
const ways: Record<string, Way> = {
  [obedient]: () => undefined,
  'refuses the client': (message, { path: at }) =>
    at.endsWith('/token') ? json(400, { error: 'invalid_client', error_description: message }) : undefined,
  'answers 401': (message) => json(401, { code: 'x', message, details: [{ field: message, message }] }),
  'answers 403': (message, { path: at }) => (at.endsWith('/token') ? undefined : json(403, { code: message })),
  'answers 400 to writes': (message, passing) => (writes(passing) ? json(400, { message }) : undefined),
  'answers 500 to writes': (message, passing) =>
    writes(passing) ? { status: 500, body: `<h1>${message}` } : undefined,
  'answers 500': (message) => ({ status: 500, body: `<title>${message.repeat(3)}</title>` }),
  redirects: (message) => ({ status: 302, headers: { location: `https://x.example.com/${encodeURI(message)}` } }),
  'is no JSON': (message) => ({ status: 200, body: `[${JSON.stringify(message)}` }),
  'has odd members': (message, passing) =>
    writes(passing) ? { status: 200, body: `{${JSON.stringify(message)}: {"__proto__": 1}}` } : undefined,
  'gives secrets as ids': (message, { path: at, headers }) =>
    at.endsWith('/logs') ? json(200, { logId: (headers.authorization ?? message).slice(0, 200) }) : undefined,
  'creates webhooks whose id is a token': (_message, { method, path: at, headers }) =>
    method === 'POST' && at.endsWith('/webhooks')
      ? json(201, { webhookId: headers.authorization?.replace('Bearer ', '') })
      : undefined,
};

test('every command is here', async () => {
  const formats = await listed(await openWorld({ documents: [] }));
  expect(new Set(formats.map(([command]) => command))).toEqual(new Set(Object.keys(commands)));
  // So many that the help was read right.
  expect(formats.length).toBeGreaterThan(20);
});

test.each(Object.entries(ways))('no secret shows in any output or file when the server %s', async (_name, way) => {
  const world = await openWorld({ documents: [] });
  const formats = await listed(world);
  await world.close();
  const leaks: string[] = [];
  for (const [command, format] of formats) {
    for (const leak of await leaksOf(command, format, way)) leaks.push(`${command} ${format}: ${leak}`);
  }
  expect(leaks).toEqual([]);
});

/** Runs one command in a world of its own, and names each place that shows a secret. */
async function leaksOf(command: string, format: string, way: Way): Promise<string[]> {
  const args = commands[command];
  if (args === undefined) return [`${command} is not in the list of commands`];
  const said = `said ${formsOf(clientSecret).join(' ')} and ${headerValue}`;
  const world = await openWorld({
    engines: [liveEngine('e1', 'IVR', { description: said }), liveEngine('e2', `By ${headerValue}`)],
    documents: [
      engine('IVR', { description: `${'long '.repeat(12)}${clientSecret}${' and long'.repeat(12)}` }),
      webhook('Hook', { headers: { 'X-Signature': { fromEnv: 'CXONE_WEBHOOK_QA' } } }),
    ],
  });
  const manifests = await readdir(world.file('environments/dev'));
  for (const [name, byte] of Object.entries(keys)) await writeFile(world.file(name), testKeyText(byte));
  const tokens = new Set<string>();
  world.wire.rewrite = (body) =>
    body.includes('client_secret=') ? body.replace(/client_secret=[^&]*/u, 'client_secret=simulator-secret') : body;
  world.wire.fate = (passing) => {
    const token = passing.headers.authorization?.replace('Bearer ', '') ?? '';
    if (token !== '') tokens.add(token);
    return way(`you sent ${[token, clientSecret, headerValue].flatMap(formsOf).join(' and ')}`, passing);
  };
  const verbose = command === 'simulate' ? [] : ['--verbose'];
  const asked = format === '' ? [] : ['--format', format];
  if (earlier[command] !== undefined) await runIn(world, earlier[command]);
  const runs = [await runIn(world, [...args, ...asked]), await runIn(world, [...args, ...asked, ...verbose])];
  // A run that does not get so far as to print shows nothing.
  const failed = way === ways[obedient] ? runs.slice(0, 1).filter(({ code }) => code !== (endings[command] ?? 0)) : [];
  const written = (await readdir(world.file('.'), { recursive: true, withFileTypes: true }))
    .filter(
      (file) =>
        file.isFile() &&
        !file.name.endsWith('.key') &&
        !(file.parentPath.endsWith('/environments/dev') && manifests.includes(file.name)),
    )
    .map((file) => path.join(file.parentPath, file.name));
  const texts = await Promise.all(
    written.map(async (file) => [path.basename(file), await readFile(file, 'utf8')] as const),
  );
  const shown = [...runs.flatMap(({ out, err }) => [['stdout', out] as const, ['stderr', err] as const]), ...texts];
  const forms = [clientSecret, headerValue, ...signingKeys, ...signingKeys.map(seedOf), ...tokens].flatMap((secret) => [
    ...formsOf(secret),
    ...piecesOf(secret),
  ]);
  await world.close();
  const leaks = shown.flatMap(([where, text]) => {
    const [line, dense] = [text, dried(text)];
    const form = forms.find((one) => line.includes(one) || dense.includes(dried(one)));
    return form === undefined ? [] : [`${where} shows ${form}: …${around(dense, dried(form))}…`];
  });
  return [...leaks, ...failed.map(({ code, err }) => `it ended with ${code}: ${err}`)];
}

/** As the process edge does it: what is printed is masked. */
async function runIn(world: World, args: readonly string[]) {
  const secrets = openMask();
  const printed = { out: '', err: '' };
  const printer = (stream: 'out' | 'err') => ({
    page: { paint: plainPaint, width: 80 },
    isTerminal: false,
    write: (text: string) => void (printed[stream] += secrets.apply(text)),
  });
  const env = {
    HOME: world.file('.'),
    PATH: process.env['PATH'],
    CXONE_CLIENT_ID: 'ci',
    CXONE_CLIENT_SECRET: clientSecret,
    CXONE_WEBHOOK_QA: headerValue,
    ...(args[0] === 'init' ? {} : { CXONE_GITOPS_ROOT: world.file('environments') }),
    CXONE_GITOPS_LEDGER: world.file('.cxone-gitops'),
    CXONE_GITOPS_TIMEOUT: '30',
    GITHUB_STEP_SUMMARY: world.file('summary.md'),
  };
  const before = {
    secrets,
    out: printer('out'),
    err: printer('err'),
    env,
    cwd: world.file('.'),
    interrupt: stopped(args),
  };
  const cwd = process.cwd();
  const at = args.map((arg) => (/^(new|plan\.json|environments\/|\w+\.key$)/u.test(arg) ? world.file(arg) : arg));
  const { code } = await world.bare(at, before);
  expect(process.cwd()).toBe(cwd);
  return { code, ...printed };
}

/** The simulator serves until it is interrupted. */
function stopped([command]: readonly string[]): AbortSignal {
  return command === 'simulate' ? AbortSignal.abort('SIGINT') : new AbortController().signal;
}

/** Each command with each of its formats, as its own help says. */
async function listed(world: World, parents: readonly string[] = []): Promise<(readonly [string, string])[]> {
  const page = { paint: plainPaint, width: 1000 };
  let help = '';
  const out = { page, isTerminal: false, write: (text: string) => void (help += text) };
  await world.bare([...parents, '--help'], { out });
  const below = [...(help.split('\nCommands:\n')[1] ?? '').matchAll(/^ {2}([a-z]+)/gmu)].map(([, name]) => name ?? '');
  const inner = below.filter((name) => name !== 'help');
  if (inner.length === 0) {
    const choices = /--format <format>.*\(choices: ([^)]*?)(?:, default: [^)]*)?\)/u.exec(help)?.[1] ?? '';
    return choices.split(', ').map((choice) => [parents.join(' '), choice.replaceAll('"', '')] as const);
  }
  const lists = await Promise.all(inner.map((name) => listed(world, [...parents, name])));
  return lists.flat();
}

function formsOf(secret: string): string[] {
  const inBase64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before, 'x'), Buffer.from(secret), Buffer.from('yy')]).toString('base64');
    return text.slice([0, 2, 3][before], Math.floor(((before + secret.length) * 8) / 6));
  });
  return [
    secret,
    ...inBase64,
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
  ];
}

/** The base64 of a key that signs. */
function seedOf(key: string): string {
  return key.slice(-44);
}

/** Its two halves: what a cut could show. */
function piecesOf(secret: string): string[] {
  const middle = Math.floor(secret.length / 2);
  return [secret.slice(0, middle), secret.slice(middle)];
}

/** Without white space: lines may be broken anywhere. */
function dried(text: string): string {
  return text.replaceAll(/\s+/gu, '');
}

function around(text: string, found: string): string {
  const at = Math.max(0, text.indexOf(found));
  return text.slice(Math.max(0, at - 60), at + found.length + 60);
}
