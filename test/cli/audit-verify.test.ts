import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { canonicalEntry, type Entry, entryHash, NO_PREV } from '../../src/ledger/entry.js';
import { documentOf, documentsOf } from './documents.js';
import { engine, liveEngine, pipeline, webhook } from './manifests.js';
import { closeWorlds, type Loose, openWorld, type World, type WorldOptions } from './world.js';

afterAll(closeWorlds);

const json = ['--format', 'json'];
const everything = ['--audit-log', '--live', '--plans', 'plans', '--git'];
const secrets = { CXONE_WEBHOOK_QA: 'a-header-value-of-24-chars', CXONE_WEBHOOK_B: 'b-header-value-of-24-chars' };

async function git(world: World, ...args: string[]): Promise<string> {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const own = { PATH: process.env['PATH'] ?? '', HOME: world.folder, GIT_CONFIG_NOSYSTEM: '1' };
  const { stdout } = await promisify(execFile)('git', ['-C', world.folder, ...identity, ...args], { env: own });
  return stdout.trim();
}

async function openRepository(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  await git(world, 'init', '--quiet', '--initial-branch=main');
  return world;
}

let plans = 0;

/** Commits these manifests, saves the plan, and applies just that; resolves to the exit code and the plan's file. */
async function approve(world: World, documents: readonly object[], ...args: string[]) {
  await world.write('dev/all.yaml', ...documents);
  await git(world, 'add', 'environments');
  await git(world, 'commit', '--quiet', '--allow-empty', '--message', 'manifests');
  const file = `plans/${(plans += 1)}/dev.json`;
  await mkdir(path.join(world.folder, path.dirname(file)), { recursive: true });
  const planned = await world.cliWith({ env: secrets }, 'plan', 'dev', '--out', file, '--quiet');
  expect([planned.code, planned.stderr]).toEqual([0, '']);
  const { trust } = JSON.parse(await world.read(file));
  const accepted = trust === undefined ? [] : ['--accept-trust', String(trust.hash)];
  return { file, ...(await apply(world, '--plan', file, ...accepted, ...args)) };
}

async function apply(world: World, ...args: string[]) {
  const run = await world.cliWith({ env: secrets }, 'apply', 'dev', '--auto-approve', '--timeout', '2', ...args);
  return { code: run.code, run };
}

async function verify(world: World, ...args: string[]) {
  const run = await world.inside('audit', 'verify', 'dev', ...args, ...json);
  const document = documentOf(run, 'audit-verify');
  return { code: run.code, document, faults: JSON.parse(run.stdout).faults as Loose[] };
}

/** A text of a document that a test walks into. */
function textOf(of: Loose | undefined): string {
  return typeof of === 'string' ? of : JSON.stringify(of);
}

function codes(faults: readonly Loose[]): unknown[] {
  return faults.map(({ code }) => code);
}

/** A world with one change applied from a commit by a saved plan, clean under every check. */
async function oneChange(options: WorldOptions = {}): Promise<World> {
  const world = await openRepository(options);
  expect(await approve(world, [engine('IVR', { trafficSplit: 100 })])).toMatchObject({ code: 0 });
  return world;
}

describe('an honest history', () => {
  it('of varied applies is clean under all checks at once', async () => {
    const world = await openRepository({ engines: [liveEngine('other', 'Unmanaged', { trafficSplit: 5 })] });
    const one = (spec: object = {}) => engine('IVR', { trafficSplit: 100, ...spec });
    const two = (spec: object = {}) => engine('IVR', { version: '2.0.0', audioProcessingOptions: pipeline, ...spec });
    const menu = (spec: object = {}) => engine('Menu', spec);
    const hook = (spec: object = {}) =>
      webhook('QA', { engines: ['SpeechEngine/IVR@1.0.0', 'SpeechEngine/Menu@1.0.0'], ...spec });
    // Created, one with its split and one without.
    expect(await approve(world, [one(), menu()])).toMatchObject({ code: 0 });
    expect(await approve(world, [one({ description: 'calls' }), menu()])).toMatchObject({ code: 0 });
    // A new version takes a part of the traffic, then half of it.
    const both = (split: number) => [one({ trafficSplit: 100 - split }), two({ trafficSplit: split }), menu()];
    expect(await approve(world, both(10))).toMatchObject({ code: 0 });
    expect(await approve(world, both(50))).toMatchObject({ code: 0 });
    // A webhook that names engines, one of which is renamed.
    const headers = { 'X-QA': { fromEnv: 'CXONE_WEBHOOK_QA' } };
    expect(await approve(world, [...both(50), hook({ headers })])).toMatchObject({ code: 0 });
    const renamed = [
      one({ trafficSplit: 50 }),
      two({ trafficSplit: 50 }),
      engine('Main Menu', {}, { previousNames: ['Menu'] }),
      webhook('QA', { engines: ['SpeechEngine/IVR@1.0.0', 'SpeechEngine/Main Menu@1.0.0'], headers }),
    ];
    expect(await approve(world, renamed)).toMatchObject({ code: 0 });
    // Only a header's value is sent.
    expect((await apply(world, '--resend-headers', 'Webhook/QA')).code).toBe(0);
    // A raise fails, and what was lowered for it is given back; the next apply does it.
    const [low] = (await world.engines()).filter(({ version }) => textOf(version) === '2.0.0');
    await world.faults({
      method: 'PATCH',
      path: `/engines/${textOf(low?.speechEngineId)}$`,
      fault: 'status',
      status: 400,
    });
    const shifted = [one({ trafficSplit: 20 }), two({ trafficSplit: 80 }), ...renamed.slice(2)];
    const failed = await approve(world, shifted);
    expect([failed.code, (await world.ledger()).map(({ step }) => step)]).toEqual([
      7,
      expect.arrayContaining(['restore']),
    ]);
    await world.faults();
    expect(await approve(world, shifted)).toMatchObject({ code: 0 });
    // A create is left half done, and the rest of the plan is done: the same saved plan does what is left of it.
    await world.faults({ method: 'PATCH', path: '/engines/', fault: 'status', status: 400, times: 1 });
    const three = engine('Third', { audioProcessingOptions: pipeline, trafficSplit: 30 });
    const more = [...shifted, three, engine('Fourth', { description: 'short' })];
    const half = await approve(world, more);
    expect(half.code).toBe(7);
    await world.faults();
    expect((await apply(world, '--plan', half.file)).code).toBe(0);
    // A create is left half done, and its manifest goes away.
    await world.faults({ method: 'PATCH', path: '/engines/', fault: 'status', status: 400, times: 1 });
    expect((await approve(world, [...more, engine('Fifth', { audioProcessingOptions: pipeline })])).code).toBe(7);
    await world.faults();
    expect((await approve(world, more)).code).toBe(0);

    const { code, document, faults } = await verify(world, ...everything);
    expect(faults).toEqual([]);
    expect([code, document]).toMatchObject([
      0,
      { status: 'clean', checked: ['ledger', 'audit-log', 'live', 'plans', 'git'], notChecked: ['signatures'] },
    ]);
    expect(await verify(world)).toMatchObject({ code: 0, document: { checked: ['ledger'] } });
  }, 180_000);
});

/** What the audit log holds, for `PUT /_simulator/state`. */
async function changeRows(world: World, change: (rows: Loose[]) => object[]): Promise<void> {
  const state: object = JSON.parse(JSON.stringify(await world.control('GET', 'state')));
  await world.control('PUT', 'state', { ...state, auditLogs: change(await world.auditLogs()) });
}

const auditLog = '--audit-log';

describe.concurrent('--audit-log', () => {
  it('finds a row that was hidden, by its entry, its event and its log id', async () => {
    const world = await oneChange();
    const [row] = await world.auditLogs();
    await changeRows(world, () => []);
    expect(await verify(world)).toMatchObject({ code: 0 });
    const { code, faults } = await verify(world, auditLog);
    expect([code, faults]).toMatchObject([8, [{ seq: 4, code: 'missing-row' }]]);
    expect(faults[0]?.['message']).toContain(`SpeechEngine/IVR@1.0.0: its audit event (DEPLOY, `);
    expect(faults[0]?.['message']).toContain(`was delivered as ${textOf(row?.logId)}`);
    const text = await world.cli('audit', 'verify', 'dev', auditLog);
    expect([text.code, text.stdout]).toEqual([
      8,
      expect.stringMatching(/entry 4: .*\[missing-row\]\n[^]*not checked: .*--live/),
    ]);
  });

  it('finds an event that is there twice, and one under another id', async () => {
    const world = await oneChange();
    await changeRows(world, ([row]) => [{ ...row }, { ...row, logId: 'again' }]);
    expect((await verify(world, auditLog)).faults).toMatchObject([{ seq: 4, code: 'doubled-row' }]);
    await changeRows(world, ([row]) => [{ ...row, logId: 'another' }]);
    expect((await verify(world, auditLog)).faults).toMatchObject([{ seq: 4, code: 'other-log-id' }]);
    // The same instant, spelled otherwise; and other programs' rows.
    await changeRows(world, ([row]) => [{ ...row, timestamp: textOf(row?.timestamp).replace('Z', '+00:00') }]);
    expect(codes((await verify(world, auditLog)).faults)).toEqual(['other-log-id']);
  });

  it.each([
    ['payloadHash', 'a'.repeat(64)],
    ['action', 'UPDATE'],
    ['eventType', 'webhook.configuration'],
    ['timestamp', '2099-01-01T00:00:00Z'],
  ])('compares each member: another %s is a missing row and a foreign one', async (member, value) => {
    const world = await oneChange();
    await changeRows(world, ([row]) => [{ ...row, [member]: value }]);
    const { faults } = await verify(world, auditLog);
    expect(faults).toMatchObject([
      { seq: 4, code: 'missing-row' },
      { seq: null, code: 'foreign-row' },
    ]);
  });

  it('finds rows of its own that it has no entry for, and leaves those of other programs alone', async () => {
    const world = await oneChange();
    const forged = { payloadHash: 'b'.repeat(64), action: 'UPDATE', timestamp: '2099-01-01T00:00:00Z' };
    await changeRows(world, ([row]) => [
      { ...row },
      { ...row, ...forged, logId: 'forged' },
      { ...row, ...forged, logId: 'of-another', targetId: 'unheard-of' },
      { ...row, ...forged, logId: 'old', timestamp: '2020-01-01T00:00:00Z' },
      { ...row, ...forged, logId: 'theirs', source: 'Admin Console' },
    ]);
    const { code, faults } = await verify(world, auditLog);
    expect([code, faults]).toMatchObject([
      8,
      [
        { seq: null, code: 'foreign-row', message: expect.stringMatching(/^audit log forged: UPDATE of .* 2099/u) },
        { seq: null, code: 'row-of-unknown-target', message: expect.stringContaining('of-another') },
        { seq: null, code: 'row-before-ledger', message: expect.stringContaining('old') },
      ],
    ]);
  });

  it('finds a ledger that was removed, and one that was begun anew', async () => {
    const world = await oneChange();
    await rm(path.join(world.folder, '.cxone-gitops'), { recursive: true });
    expect((await verify(world, auditLog)).faults).toMatchObject([
      { code: 'empty' },
      { code: 'row-of-unknown-target' },
    ]);
    await world.write('dev/all.yaml', engine('IVR', { trafficSplit: 50 }));
    expect((await apply(world)).code).toBe(0);
    expect(await verify(world)).toMatchObject({ code: 0 });
    expect((await verify(world, auditLog)).faults).toMatchObject([
      { code: expect.stringMatching(/^(row-before-ledger|foreign-row)$/u) },
    ]);
  });

  it('is what lets an environment without a ledger be clean', async () => {
    const world = await openWorld();
    expect((await verify(world)).faults).toMatchObject([{ code: 'empty' }]);
    const { code, document } = await verify(world, auditLog);
    expect([code, document]).toMatchObject([0, { status: 'clean', entries: 0, head: null, simulated: true }]);
    expect(JSON.stringify(document.notes)).toContain('nothing in the audit log says that there was one');
  });

  it('knows the rows of other environments at the same endpoint by their ledgers', async () => {
    const world = await oneChange();
    const spec = { baseUrl: world.simulator.url, listLag: 'PT0S' };
    await world.write('two/environment.yaml', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec });
    await world.write('two/a.yaml', engine('Elsewhere'));
    expect((await world.cli('apply', 'two', '--auto-approve')).code).toBe(0);
    const run = await world.cli('audit', 'verify', '--all', auditLog, '--live', ...json);
    expect([run.code, documentsOf(run, 'audit-verify')]).toMatchObject([
      0,
      [{ environment: 'dev' }, { environment: 'two' }],
    ]);
    await rm(path.join(world.folder, '.cxone-gitops/two.jsonl'));
    expect((await verify(world, auditLog)).faults).toMatchObject([{ code: 'row-of-unknown-target' }]);
  });

  it('says that an event which the ledger has as open is there all the same', async () => {
    const world = await openRepository();
    await world.faults(
      { method: 'POST', path: '/audit/logs$', fault: 'reset-after', times: 1 },
      { method: 'GET', path: '/audit/logs', fault: 'status', status: 500 },
    );
    expect((await approve(world, [engine('IVR', { trafficSplit: 100 })])).code).toBe(8);
    await world.faults();
    const [row] = await world.auditLogs();
    const { code, faults } = await verify(world, auditLog);
    expect([code, faults]).toMatchObject([
      8,
      [{ code: 'undelivered' }, { code: 'arrived', message: expect.stringContaining(textOf(row?.logId)) }],
    ]);
  });

  it('is not clean where the log can not be read: that is no failure of the network, and nothing was shown', async () => {
    const world = await oneChange({ assume: ['audit-get=off'] });
    const { code, faults, document } = await verify(world, auditLog, '--live');
    expect([code, codes(faults), document.checked]).toMatchObject([8, ['audit-log-unreadable'], ['ledger', 'live']]);
  });

  it('ends with 1 where the network fails, with 4 where it is not permitted, and with 5 where the endpoint changed', async () => {
    const world = await oneChange();
    const forbidden = await world.cliWith(
      { env: { CXONE_CLIENT_ID: 'ci.without:audit:log:read' } },
      'audit',
      'verify',
      'dev',
      auditLog,
    );
    expect(forbidden.code).toBe(4);
    await world.faults({ method: 'GET', path: '/audit/logs', fault: 'status', status: 500 });
    expect((await world.cli('audit', 'verify', 'dev', auditLog)).code).toBe(1);
    await world.faults();
    await world.forget();
    const elsewhere = { baseUrl: world.simulator.url.replace('127.0.0.1', 'localhost'), listLag: 'PT0S' };
    await world.write('dev/environment.yaml', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec: elsewhere });
    const moved = await world.cliWith({ env: { CXONE_CLIENT_SECRET: '' } }, 'audit', 'verify', 'dev', auditLog);
    expect([moved.code, moved.stderr]).toEqual([5, expect.stringContaining('no secret was read')]);
    expect(await world.requests()).toEqual([]);
    // The ledger alone is another matter.
    expect((await world.cli('audit', 'verify', 'dev')).code).toBe(0);
  });

  it('asks for nothing but reads', async () => {
    const world = await oneChange();
    await world.forget();
    await verify(world, ...everything);
    expect((await world.requests()).map(({ method, path: at }) => `${method} ${at.split('?')[0]}`).toSorted()).toEqual([
      'GET /api/v2/audit/logs',
      'GET /api/v2/speech/engines',
      'GET /api/v2/webhooks',
      'POST /oauth/token',
    ]);
  });
});

describe.concurrent('--live', () => {
  it('names an engine that was changed outside, with its last entry, when and by whom', async () => {
    const world = await oneChange();
    const [live] = await world.engines();
    await world.control('PATCH', `engines/${textOf(live?.speechEngineId)}`, { description: 'by hand' });
    expect(await verify(world)).toMatchObject({ code: 0 });
    const { code, faults } = await verify(world, '--live');
    expect([code, faults]).toMatchObject([8, [{ seq: 4, code: 'changed-outside' }]]);
    expect(faults[0]?.['message']).toMatch(
      /^SpeechEngine\/IVR@1\.0\.0 \(.*\): it was changed outside: live is [0-9a-f]{12}\. .* 20\d\d-.*Z, by /u,
    );
  });

  it('names one that is gone, and nothing that it never made', async () => {
    const world = await oneChange();
    const state: object = JSON.parse(JSON.stringify(await world.control('GET', 'state')));
    await world.control('PUT', 'state', { ...state, engines: [liveEngine('other', 'Other')] });
    expect((await verify(world, '--live')).faults).toMatchObject([{ seq: 4, code: 'gone' }]);
  });

  it('reads engines by their ids where there are no lists, and says of webhooks that it can not', async () => {
    const world = await openRepository({ assume: ['lists=off'], engines: [liveEngine('e1', 'IVR')] });
    await world.write('dev/all.yaml', engine('IVR', { trafficSplit: 40 }, { engineId: 'e1' }));
    expect((await apply(world)).code).toBe(0);
    expect(await verify(world, '--live')).toMatchObject({ code: 0 });
    await world.control('PATCH', 'engines/e1', { trafficSplit: 60 });
    expect((await verify(world, '--live')).faults).toMatchObject([{ code: 'changed-outside' }]);
  });

  it('is not put out by an outside change that the ledger has seen and not mended', async () => {
    const world = await oneChange();
    const [live] = await world.engines();
    const id = textOf(live?.speechEngineId);
    await world.control('PATCH', `engines/${id}`, { description: 'by hand' });
    await world.faults({ method: 'PATCH', path: `/engines/${id}$`, fault: 'status', status: 400 });
    expect((await apply(world)).code).toBe(1);
    const { faults } = await verify(world, '--live');
    expect(faults).toMatchObject([
      { seq: 4, code: 'changed-outside', message: expect.stringMatching(/as entry \d+ found it already/u) },
    ]);
  });
});

describe.concurrent('--plans', () => {
  it('finds a plan that is missing, one that was edited, and files that are none', async () => {
    const world = await openRepository();
    const { file } = await approve(world, [engine('IVR', { trafficSplit: 100 })]);
    const at = path.join(world.folder, file);
    const text = await readFile(at, 'utf8');
    const plan = JSON.parse(text);
    await rm(at);
    expect((await verify(world, '--plans', 'plans')).faults).toMatchObject([
      { seq: 3, code: 'plan-missing', message: expect.stringContaining(plan.planHash) },
    ]);
    // It says that it is that plan, and leads elsewhere.
    plan.changes[0].payloadHash = 'c'.repeat(64);
    await writeFile(at, JSON.stringify(plan));
    expect((await verify(world, '--plans', 'plans')).faults).toMatchObject([
      { seq: 3, code: 'plan-edited', message: expect.stringContaining(file) },
    ]);
    // A right one beside it, deep down, among files that are no plans.
    const deep = path.join(world.folder, 'plans/2026/01/31');
    await mkdir(deep, { recursive: true });
    await writeFile(path.join(deep, 'dev.json'), text);
    await writeFile(path.join(deep, 'notes.json'), '{ half');
    await writeFile(path.join(deep, 'other.json'), '{}');
    await writeFile(path.join(deep, 'huge.json'), '');
    await truncate(path.join(deep, 'huge.json'), 257 * 1024 * 1024);
    const run = await world.cli('audit', 'verify', 'dev', '--plans', 'plans');
    expect([run.code, run.stderr]).toEqual([0, expect.stringMatching(/notes\.json: it is not JSON; it is left out/u)]);
    // One file will do.
    await writeFile(path.join(world.folder, 'one.json'), text);
    expect(await verify(world, '--plans', 'one.json')).toMatchObject({ code: 0 });
    expect((await world.cli('audit', 'verify', 'dev', '--plans', 'plans/2026/01/31/notes.json')).code).toBe(3);
    expect((await world.cli('audit', 'verify', 'dev', '--plans', 'nowhere')).code).toBe(3);
  });

  it('finds what was changed without a saved plan, and what another plan says', async () => {
    const world = await oneChange();
    await world.write('dev/all.yaml', engine('IVR', { trafficSplit: 30 }));
    expect((await apply(world)).code).toBe(0);
    const { code, faults } = await verify(world, '--plans', 'plans');
    expect([code, faults]).toMatchObject([8, [{ code: 'plan-missing' }]]);
  });
});

describe.concurrent('--git', () => {
  it('finds manifests that were not committed, and such as are not what was applied', async () => {
    const world = await oneChange();
    await world.write('dev/all.yaml', engine('IVR', { trafficSplit: 30 }));
    expect((await apply(world)).code).toBe(0);
    const { code, faults } = await verify(world, '--git');
    expect([code, faults]).toMatchObject([8, [{ seq: 8, code: 'uncommitted' }]]);
  });

  it('finds a commit that was rebased away, and one that this clone has not', async () => {
    const world = await oneChange();
    await git(world, 'checkout', '--quiet', '--orphan', 'other');
    await git(world, 'commit', '--quiet', '--allow-empty', '--message', 'other');
    await git(world, 'branch', '--quiet', '-D', 'main');
    expect((await verify(world, '--git')).faults).toMatchObject([{ seq: 3, code: 'commit-unreachable' }]);
    await git(world, 'reflog', 'expire', '--expire=now', '--all');
    await git(world, 'gc', '--quiet', '--prune=now');
    expect((await verify(world, '--git')).faults).toMatchObject([
      { seq: 3, code: 'commit-missing', message: expect.stringContaining('rebased away') },
    ]);
    const shallow = path.join(world.folder, '.git/shallow');
    await writeFile(shallow, `${await git(world, 'rev-parse', 'HEAD')}\n`);
    expect((await verify(world, '--git')).faults).toMatchObject([{ message: expect.stringContaining('--unshallow') }]);
  });

  it('finds what a commit does not say, by a ledger that names another one', async () => {
    const world = await oneChange();
    const named = await git(world, 'rev-parse', 'HEAD');
    await world.write('dev/all.yaml', engine('IVR', { trafficSplit: 1 }));
    await git(world, 'commit', '--quiet', '--all', '--message', 'another');
    const other = await git(world, 'rev-parse', 'HEAD');
    await git(world, 'rm', '--quiet', 'environments/dev/all.yaml');
    await git(world, 'commit', '--quiet', '--message', 'nothing');
    const none = await git(world, 'rev-parse', 'HEAD');
    for (const [commit, why] of [
      [other, /wants [0-9a-f]{12}, and [0-9a-f]{12} was applied/u],
      [none, /has no valid manifest of it/u],
    ] as const) {
      const folder = path.join(world.folder, commit);
      await rewriteLedger(world, folder, (entry) =>
        entry.kind === 'intent' ? { ...entry, git: { head: commit, dirty: false } } : entry,
      );
      const { faults } = await verify(world, '--git', '--ledger', folder);
      expect(faults).toMatchObject([{ seq: 3, code: 'not-as-committed', message: expect.stringMatching(why) }]);
    }
    expect(await verify(world, '--git')).toMatchObject({ code: 0 });
    expect(named).not.toBe(other);
  });

  it('is exit 3 where there is no repository to look in', async () => {
    const world = await oneChange();
    await rm(path.join(world.folder, '.git'), { recursive: true });
    const run = await world.cli('audit', 'verify', 'dev', '--git');
    expect([run.code, run.stderr]).toEqual([3, expect.stringContaining('is in no git repository')]);
  });

  it('reads what a pull request could have committed within the bounds of any manifests, and names it', async () => {
    const world = await oneChange();
    const folder = path.join(world.folder, 'environments/dev');
    await writeFile(path.join(folder, 'deep.yaml'), '[\n'.repeat(5000));
    await writeFile(path.join(folder, 'large.yaml'), `a: ${'x'.repeat(2 * 1024 * 1024)}`);
    await symlink('/etc/passwd', path.join(folder, 'link.yaml'));
    await world.write('dev/all.yaml', engine('IVR', { trafficSplit: 100, version: '\u001b[31mhostile' }));
    await git(world, 'add', 'environments');
    await git(world, 'commit', '--quiet', '--message', 'hostile');
    const commit = await git(world, 'rev-parse', 'HEAD');
    const elsewhere = path.join(world.folder, 'other');
    await rewriteLedger(world, elsewhere, (entry) =>
      entry.kind === 'intent' ? { ...entry, git: { head: commit, dirty: false } } : entry,
    );
    const run = await world.cli('audit', 'verify', 'dev', '--git', '--ledger', elsewhere);
    expect([run.code, run.stdout]).toEqual([8, expect.stringMatching(/entry 3: .*not-as-committed/u)]);
    expect(run.stdout).not.toContain('root:');
    expect(run.stdout).not.toContain('\u001b[31m');
  });
});

/** A ledger with other entries and right hashes. */
async function rewriteLedger(world: World, folder: string, change: (entry: Entry) => Entry): Promise<void> {
  let prev = NO_PREV;
  const lines = (await world.ledger()).map((loose) => {
    const entry: Entry = { ...change(JSON.parse(JSON.stringify(loose))), prev };
    prev = entryHash(entry);
    return canonicalEntry({ ...entry, hash: prev });
  });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'dev.jsonl'), `${lines.join('\n')}\n`);
}
