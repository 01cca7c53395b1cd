import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, documentsOf, textOf } from './documents.js';
import { engine, liveEngine, pipeline, webhook } from './manifests.js';
import { run } from './program.js';
import { closeWorlds, type Loose, openWorld, type World } from './world.js';

afterAll(closeWorlds);

const json = ['--format', 'json'];
const header = 'the value of the header';
const ada = {
  GITHUB_ACTIONS: 'true',
  GITHUB_ACTOR: 'ada',
  GITHUB_REF: 'refs/pull/12/merge',
  GITHUB_SERVER_URL: 'https://git.example.com',
  GITHUB_REPOSITORY: 'acme/speech',
  GITHUB_RUN_ID: '7',
  CXONE_WEBHOOK_QA: header,
};
const bob = { USER: 'bob', CXONE_WEBHOOK_QA: header };

/**
 * Two runs: ada creates an engine with its pipeline, updates one, and creates a webhook with a header; then bob moves
 * traffic against a guardrail while CXone refuses one change.
 */
async function openStory(): Promise<World> {
  const world = await openWorld({
    engines: [
      liveEngine('v1', 'IVR', { trafficSplit: 90 }),
      liveEngine('v2', 'IVR', { version: '2.0.0', trafficSplit: 10 }),
      liveEngine('b1', 'Billing', { description: 'old' }),
    ],
  });
  const ivr = (first: number, second: number) => [
    engine('IVR', { trafficSplit: first }),
    engine('IVR', { version: '2.0.0', trafficSplit: second }),
  ];
  await world.write('dev/ivr.yaml', ...ivr(90, 10));
  await world.write('dev/billing.yaml', engine('Billing', { description: 'new' }));
  await world.write('dev/menu.yaml', engine('Menu', { trafficSplit: 100, audioProcessingOptions: pipeline }));
  await world.write('dev/hook.yaml', webhook('Hook', { headers: { 'X-QA': { fromEnv: 'CXONE_WEBHOOK_QA' } } }));
  expect((await world.cliWith({ env: ada }, 'apply', 'dev', '--auto-approve')).code).toBe(0);

  const spec = { baseUrl: world.simulator.url, listLag: 'PT0S', guardrails: { maxTrafficIncrease: 25 } };
  await world.write('dev/environment.yaml', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec });
  await world.write('dev/ivr.yaml', ...ivr(50, 50));
  await world.write('dev/billing.yaml', engine('Billing', { description: 'newer' }));
  await world.faults({ method: 'PATCH', path: '/engines/b1$', fault: 'status', status: 400 });
  const plan = await world.cliWith({ env: bob }, 'plan', 'dev', ...json);
  const trust = textOf(documentOf(plan, 'plan')['trust']?.['hash']);
  const second = ['apply', 'dev', '--auto-approve', '--accept-trust', trust, '--override', 'the queue is down'];
  expect((await world.cliWith({ env: bob }, ...second)).code).toBe(7);
  return world;
}

async function show(world: World, ...args: string[]) {
  const shown = await world.cli('audit', 'show', 'dev', ...args, ...json);
  const document = documentOf(shown, 'audit-show');
  return { code: shown.code, document, rows: rowsOf(document), stderr: shown.stderr };
}

function rowsOf(document: Loose): Loose[] {
  const rows: unknown = document['timeline'];
  if (!Array.isArray(rows)) throw new Error('the timeline is not a list');
  return rows;
}

const titles = (rows: readonly Loose[]) =>
  rows.map((row) =>
    ['kind', 'step', 'id', 'status']
      .flatMap((name) => row[name] ?? [])
      .map(textOf)
      .join(' '),
  );

async function editLedger(world: World, edit: (lines: string[]) => string[]): Promise<void> {
  const file = path.join(world.folder, '.cxone-gitops/dev.jsonl');
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  await writeFile(file, `${edit(lines).join('\n')}\n`);
}

describe('audit show of a ledger that two runs made', () => {
  let world: World;

  beforeAll(async () => {
    world = await openStory();
  });

  it('lists each request with its outcome, the traffic that it moved, its hashes and its audit event', async () => {
    const { code, document, rows } = await show(world);
    expect([code, document]).toMatchObject([0, { status: 'whole', simulated: true, fault: null, filteredOut: 0 }]);
    const [first, ...others] = titles(rows);
    // What runs at the same time may begin in any order.
    expect([first, ...others.slice(0, 2).toSorted(), ...others.slice(2, 8)]).toEqual([
      'trust',
      'change create SpeechEngine/Menu@1.0.0 applied',
      'change update SpeechEngine/Billing@1.0.0 applied',
      'change configure SpeechEngine/Menu@1.0.0 applied',
      'change create Webhook/Hook applied',
      'headers Webhook/Hook',
      'run applied',
      'trust',
      'override',
    ]);
    expect(others.at(-1)).toBe('run incomplete');
    expect(others.slice(8, -1).toSorted()).toEqual([
      'change lower SpeechEngine/IVR@1.0.0 applied',
      'change raise SpeechEngine/IVR@2.0.0 applied',
      'change update SpeechEngine/Billing@1.0.0 failed',
    ]);
    const ledger = await world.ledger();
    const entryOf = (row: Loose) => ledger[Number(textOf(JSON.stringify(row['seq']))) - 1];
    for (const row of rows.filter(({ kind }) => textOf(kind) === 'change')) {
      const { id, beforeHash, afterHash, planHash, claimed } = entryOf(row) ?? {};
      expect(row).toMatchObject({ id, beforeHash, afterHash, planHash, claimed });
    }
    const logIds = (await world.auditLogs()).map(({ logId }) => logId);
    const delivered = rows.flatMap((row) => (row['event'] ? [row['event']['logId']] : []));
    expect([delivered.length, new Set(delivered)]).toEqual([5, new Set(logIds)]);
    expect(rows.find(({ step }) => textOf(step ?? '') === 'lower')).toMatchObject({
      shift: { before: 90, after: 50, raises: ['SpeechEngine/IVR@2.0.0'] },
      claimed: { actor: 'bob' },
    });
    const splits = rows.flatMap(({ id = '', step = '', split }) =>
      split ? [[`${textOf(id)} ${textOf(step)}`, split]] : [],
    );
    expect(Object.fromEntries(splits)).toEqual({
      'SpeechEngine/IVR@2.0.0 raise': { before: 10, after: 50 },
      'SpeechEngine/Menu@1.0.0 configure': { before: 0, after: 100 },
    });
    expect(rows.filter(({ kind }) => ['override', 'headers'].includes(textOf(kind)))).toMatchObject([
      { headers: ['X-QA'], claimed: { actor: 'ada', pullRequest: '12' } },
      { reason: 'the queue is down', refusals: [{ code: 'traffic-increase' }], claimed: { actor: 'bob' } },
    ]);
    expect(rows.filter(({ kind }) => textOf(kind) === 'trust')[1]).toMatchObject({
      accepted: 'operator',
      changed: [{ setting: 'guardrails.maxTrafficIncrease', before: null, after: '25' }],
    });
  });

  it.each<[string, string[], number]>([
    ['engine', ['--engine', 'SpeechEngine/Billing@*'], 2],
    ['several engines and webhooks', ['--engine', 'SpeechEngine/IVR@*', '--engine', 'Webhook/*'], 5],
    ['actor', ['--actor', 'bob'], 6],
    ['engine and actor', ['--engine', 'SpeechEngine/Billing@*', '--actor', 'bob'], 1],
    ['time', ['--since', 'P1D'], 13],
    ['time, up to before', ['--until', 'P1D'], 0],
  ])('filters by %s, and says how much is left out', async (_name, args, count) => {
    const { code, document, rows } = await show(world, ...args);
    expect([code, rows.length, document['filteredOut']]).toEqual([0, count, 13 - count]);
    const text = await world.cli('audit', 'show', 'dev', ...args);
    expect(text.stdout).toContain(`${count} row${count === 1 ? '' : 's'} shown`);
    expect(text.stdout.match(/^ {4}entry \d+/gmu)?.length ?? 0).toBe(count);
  });

  it('splits the timeline at the very times that it shows', async () => {
    const { rows } = await show(world);
    const override = rows.findIndex(({ kind }) => textOf(kind) === 'override');
    const time = textOf(rows[override]?.['time']);
    const [since, until] = [await show(world, '--since', time), await show(world, '--until', time)];
    // Several entries may share a millisecond: each of them is on both sides.
    const at = (row: Loose) => textOf(row['time']);
    expect(since.rows).toEqual(rows.filter((row) => at(row) >= time));
    expect(until.rows).toEqual(rows.filter((row) => at(row) <= time));
    expect(since.rows.length).toBeLessThan(rows.length);
    expect(until.rows.length).toBeLessThan(rows.length);
  });

  it('says what a pattern looks like where nothing matches', async () => {
    const { code, rows, stderr } = await show(world, '--engine', 'IVR');
    expect([code, rows, stderr]).toEqual([0, [], expect.stringContaining('such as SpeechEngine/IVR@*')]);
  });

  it('needs no server, no credentials and no lock, and writes nothing', async () => {
    const before = await world.read('.cxone-gitops/dev.jsonl');
    await world.forget();
    const { code, stdout } = await run(['audit', 'show', '--format', 'markdown'], { cwd: world.folder });
    expect([code, stdout]).toEqual([0, expect.stringContaining('| lower traffic of <code>SpeechEngine/IVR&#64;1')]);
    expect([await world.requests(), await world.read('.cxone-gitops/dev.jsonl')]).toEqual([[], before]);
  });

  it('shows no header value in any format', async () => {
    for (const format of ['text', 'json', 'markdown']) {
      const { stdout } = await world.cli('audit', 'show', 'dev', '--format', format);
      expect([
        stdout.includes('X-QA') || stdout.includes('X-QA'.replace('-', '&#45;')),
        stdout.includes(header),
      ]).toEqual([true, false]);
    }
  });

  it('marks what a simulator was told', async () => {
    for (const format of ['text', 'markdown']) {
      expect((await world.cli('audit', 'show', 'dev', '--format', format)).stdout).toContain('SIMULATOR');
    }
  });
});

describe.concurrent('audit show', () => {
  async function twoChanges(): Promise<World> {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 100 }), engine('Menu'));
    expect((await world.cli('apply', 'dev', '--auto-approve')).code).toBe(0);
    return world;
  }

  it('of a ledger whose entry was changed shows what is before it, names it and ends with 8', async () => {
    const world = await twoChanges();
    const ledger = await world.ledger();
    const last = ledger.findIndex(({ kind }) => textOf(kind) === 'outcome') + 1;
    await editLedger(world, (lines) =>
      lines.map((line, at) => (at === last ? line.replace('"v":2}', '"v":2 }') : line)),
    );
    const { code, document, rows } = await show(world);
    const fault = { seq: last + 1, code: 'not-canonical' };
    expect([code, document]).toMatchObject([
      8,
      { status: 'broken', entries: last, head: ledger[last - 1]?.['hash'], fault },
    ]);
    expect(rows.map(({ seq }) => Number(textOf(JSON.stringify(seq))) <= last)).toEqual([true, true, true]);
    for (const format of ['text', 'markdown']) {
      const shown = await world.cli('audit', 'show', 'dev', '--format', format);
      expect([shown.code, shown.stdout]).toEqual([
        8,
        expect.stringMatching(new RegExp(`ntry ${last + 1} is bad: (<code>)?the line is not`, 'u')),
      ]);
    }
  });

  it('without a ledger says so and ends with 8, as audit verify does: it may have been removed', async () => {
    const world = await twoChanges();
    await rm(path.join(world.folder, '.cxone-gitops'), { recursive: true });
    const { code, document } = await show(world);
    expect([code, document]).toMatchObject([
      8,
      { status: 'missing', timeline: [], fault: { seq: null, code: 'empty' } },
    ]);
    const text = await world.cli('audit', 'show', 'dev');
    expect([text.code, text.stdout]).toEqual([8, expect.stringMatching(/^✖ dev: there is no ledger here/u)]);
    expect((await world.cli('audit', 'verify', 'dev')).code).toBe(8);
  });

  it('tells of an audit event that waits, and of who settled one', async () => {
    const world = await openWorld({ assume: ['audit-get=off'] });
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 100 }));
    await world.faults({ method: 'POST', path: '/audit/logs$', fault: 'reset-after', times: 1 });
    expect((await world.cli('apply', 'dev', '--auto-approve', '--timeout', '2')).code).toBe(8);
    const change = (await show(world)).rows.at(-2);
    expect(change).toMatchObject({ status: 'applied', event: { status: 'unknown', logId: null } });
    const text = await world.cli('audit', 'show', 'dev');
    expect(text.stdout).toContain('audit event DEPLOY unknown');

    const [log] = await world.auditLogs();
    const answer = `${JSON.stringify(change?.['event']?.['outcome'])}=${textOf(log?.['logId'])}`;
    const settled = await world.cliWith({ env: { USER: 'carol' } }, 'audit', 'deliver', 'dev', '--resolve', answer);
    expect(settled.code).toBe(0);
    expect((await show(world)).rows.slice(-3)).toMatchObject([
      { event: { status: 'delivered', via: 'person', logId: log?.['logId'] } },
      { kind: 'run', status: 'applied', commit: null },
      { kind: 'resolution', about: 'event', answer: log?.['logId'], claimed: { actor: 'carol' } },
    ]);
  });

  it('of several environments is one document, and each by itself in a text', async () => {
    const world = await twoChanges();
    await world.write('prod/environment.yaml', {
      apiVersion: 'cxone-gitops/v1',
      kind: 'Environment',
      spec: { baseUrl: world.simulator.url },
    });
    const shown = await world.cli('audit', 'show', ...json);
    expect([shown.code, documentsOf(shown, 'audit-show')]).toMatchObject([
      8,
      [
        { environment: 'dev', status: 'whole' },
        { environment: 'prod', status: 'missing' },
      ],
    ]);
    const text = await world.cli('audit', 'show', 'dev', 'prod');
    expect([text.code, text.stdout]).toEqual([
      8,
      expect.stringMatching(/^Ledger of dev [^]*\n\n✖ prod: there is no ledger/u),
    ]);
  });

  it('refuses times that are none, and a since after its until', async () => {
    const world = await openWorld();
    for (const args of [
      ['--since', 'yesterday'],
      ['--until', '2026-02-30'],
      ['--since', 'P1D', '--until', 'P2D'],
    ]) {
      const { code, stdout } = await world.cli('audit', 'show', 'dev', ...args, ...json);
      expect([args, code, documentOf({ stdout, stderr: '' }, 'error')['error']?.['code']]).toEqual([
        args,
        3,
        'OptionError',
      ]);
    }
  });
});
