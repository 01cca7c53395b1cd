import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf, textOf } from './documents.js';
import { engine, liveEngine } from './manifests.js';
import { closeWorlds, openWorld, until, type World, type WorldOptions } from './world.js';

afterAll(closeWorlds);

const json = ['--format', 'json'];
const apply = ['apply', 'dev', '--auto-approve', '--timeout', '2', ...json];
const auditPost = { method: 'POST', path: '/audit/logs$' };

async function oneEngine(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 100 }));
  return world;
}

async function auditPosts(world: World): Promise<(number | null)[]> {
  const posts = (await world.writes()).filter(({ path: at }) => at === '/api/v2/audit/logs');
  return posts.map(({ status }) => status);
}

async function verify(world: World) {
  const run = await world.cli('audit', 'verify', 'dev', ...json);
  return { code: run.code, document: documentOf(run, 'audit-verify') };
}

async function deliver(world: World, ...args: string[]) {
  const run = await world.cli('audit', 'deliver', 'dev', '--timeout', '2', ...args, ...json);
  return { code: run.code, document: documentOf(run, 'audit-deliver') };
}

describe.concurrent('an audit log that answers 500', () => {
  it('leaves the change in place and ends with 8; audit deliver sends the event once', async () => {
    const world = await oneEngine();
    await world.faults({ ...auditPost, fault: 'status', status: 500 });
    const run = await world.cli(...apply);
    expect([run.code, documentOf(run, 'apply')]).toMatchObject([
      8,
      { status: 'applied', outcomes: [{ status: 'applied', auditLogId: null }] },
    ]);
    expect([await world.engines(), await world.auditLogs()]).toMatchObject([[{ name: 'IVR', trafficSplit: 100 }], []]);
    expect(await auditPosts(world)).toEqual([500]);
    expect(await verify(world)).toMatchObject({ code: 8, document: { status: 'faults', undelivered: 1 } });

    await world.faults();
    expect(await deliver(world)).toMatchObject({
      code: 0,
      document: { status: 'delivered', delivered: 1, pending: 0 },
    });
    expect(await deliver(world)).toMatchObject({ code: 0, document: { delivered: 0 } });
    expect(await world.auditLogs()).toMatchObject([{ action: 'DEPLOY' }]);
    expect(await verify(world)).toMatchObject({ code: 0, document: { status: 'clean' } });
  });

  it('gets what it missed from the next apply, too', async () => {
    const world = await oneEngine();
    await world.faults({ ...auditPost, fault: 'status', status: 500 });
    expect((await world.cli(...apply)).code).toBe(8);
    expect((await world.cli(...apply)).code).toBe(8);
    await world.faults();
    const run = await world.cli(...apply);
    expect([run.code, documentOf(run, 'apply').status]).toEqual([0, 'no-changes']);
    expect(await world.auditLogs()).toHaveLength(1);
  });

  it('for a missing scope is exit 8, and the event waits', async () => {
    const world = await oneEngine();
    const env = { CXONE_CLIENT_ID: 'ci.without:audit:log:write' };
    const run = await world.cliWith({ env }, ...apply);
    expect([run.code, documentOf(run, 'apply').status]).toEqual([8, 'applied']);
    expect(await deliver(world)).toMatchObject({ code: 0, document: { delivered: 1 } });
  });
});

describe.concurrent('an audit event whose answer is lost', () => {
  it('and that arrived is found by a look and never sent twice', async () => {
    const world = await oneEngine();
    await world.faults({ ...auditPost, fault: 'reset-after', times: 1 });
    const run = await world.cli(...apply);
    const [log] = await world.auditLogs();
    expect([run.code, documentOf(run, 'apply').outcomes]).toMatchObject([0, [{ auditLogId: log?.logId }]]);
    expect(await auditPosts(world)).toEqual([null]);
    expect((await world.ledger()).at(-2)).toMatchObject({ kind: 'delivered', via: 'lookup' });
  });

  it('and that did not arrive is sent by a later run only', async () => {
    const world = await oneEngine();
    await world.faults({ ...auditPost, fault: 'reset-before', times: 1 });
    expect((await world.cli(...apply)).code).toBe(8);
    expect(await auditPosts(world)).toEqual([null]);
    expect(await deliver(world)).toMatchObject({ code: 0, document: { delivered: 1 } });
    expect(await world.auditLogs()).toHaveLength(1);
  });

  it.each(['reset-before', 'reset-after'])(
    'where the audit log can not be read stays unknown (%s) until a person settles it',
    async (fault) => {
      const world = await oneEngine({ assume: ['audit-get=off'] });
      await world.faults({ ...auditPost, fault, times: 1 });
      expect((await world.cli(...apply)).code).toBe(8);
      expect(await verify(world)).toMatchObject({ code: 8, document: { unknown: 1 } });
      // Neither another apply nor a delivery sends it again.
      expect((await world.cli(...apply)).code).toBe(8);
      const waiting = await deliver(world);
      expect(waiting).toMatchObject({ code: 8, document: { status: 'incomplete', delivered: 0 } });
      expect(await auditPosts(world)).toEqual([null]);
      const seq = JSON.stringify(waiting.document.unknown?.[0]?.seq);

      const answer = fault === 'reset-before' ? 'absent' : (await world.auditLogs())[0]?.logId;
      const settled = await deliver(world, '--resolve', `${seq}=${String(JSON.parse(JSON.stringify(answer)))}`);
      expect(settled).toMatchObject({ code: 0, document: { status: 'delivered', unknown: [] } });
      expect(await world.auditLogs()).toHaveLength(1);
      expect(await verify(world)).toMatchObject({ code: 0 });
      // Settled is settled.
      const again = await world.cli('audit', 'deliver', 'dev', '--resolve', `${seq}=absent`, ...json);
      expect([again.code, documentOf(again, 'error').error?.code]).toEqual([1, 'LedgerError']);
    },
  );
});

describe.concurrent('a ledger', () => {
  async function editLedger(world: World, edit: (text: string) => string): Promise<void> {
    const file = path.join(world.folder, '.cxone-gitops/dev.jsonl');
    const text = await readFile(file, 'utf8');
    const edited = edit(text);
    expect(edited).not.toBe(text);
    await writeFile(file, edited);
  }

  it('that was changed by hand is found, and the entry is named', async () => {
    const world = await oneEngine();
    expect((await world.cli(...apply)).code).toBe(0);
    const [, , , outcome] = await world.ledger();
    expect(outcome).toMatchObject({ kind: 'outcome', seq: 4 });
    await editLedger(world, (text) => text.replaceAll('"action":"DEPLOY"', '"action":"UPDATE"'));
    const { code, document } = await verify(world);
    expect([code, document.status, document.faults?.[0]]).toMatchObject([8, 'faults', { seq: 4 }]);
    const text = await world.cli('audit', 'verify', 'dev');
    expect([text.code, text.stdout]).toEqual([8, expect.stringMatching(/entry 4: .*\n[^]*not clean/)]);
  });

  it('with a line cut out, or one put twice, is found', async () => {
    for (const edit of [
      (lines: string[]) => lines.toSpliced(2, 1),
      (lines: string[]) => lines.toSpliced(2, 0, lines[2] ?? ''),
      (lines: string[]) => lines.toSpliced(1, 2, lines[2] ?? '', lines[1] ?? ''),
    ]) {
      const world = await oneEngine();
      expect((await world.cli(...apply)).code).toBe(0);
      await editLedger(world, (text) => `${edit(text.trimEnd().split('\n')).join('\n')}\n`);
      expect((await verify(world)).code).toBe(8);
    }
  });

  it('whose last line is cut off is repaired by the next apply, which says so', async () => {
    const world = await oneEngine();
    expect((await world.cli(...apply)).code).toBe(0);
    await editLedger(world, (text) => `${text}{"half":`);
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 50 }));
    expect((await world.cli(...apply)).code).toBe(0);
    const entries = await world.ledger();
    expect(entries.filter((entry) => 'droppedTail' in entry)).toHaveLength(1);
    expect(await verify(world)).toMatchObject({ code: 0 });
  });

  it('that is broken stops an apply before any request that writes', async () => {
    const world = await oneEngine();
    expect((await world.cli(...apply)).code).toBe(0);
    await world.forget();
    await editLedger(world, (text) => text.replace('"seq":2', '"seq":7'));
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 50 }));
    const run = await world.cli(...apply);
    expect([run.code, documentOf(run, 'error').error?.code]).toEqual([1, 'LedgerError']);
    expect(await world.writes()).toEqual([]);
  });

  it('of a simulator never takes entries about a real organisation', async () => {
    const world = await oneEngine();
    expect((await world.cli(...apply)).code).toBe(0);
    const genesis = (await world.ledger())[0];
    expect(genesis).toMatchObject({ kind: 'genesis', environment: 'dev', simulated: true });
  });

  it('records who, which commit and what, and never a secret', async () => {
    const world = await oneEngine({ engines: [liveEngine('e1', 'IVR')] });
    const env = { GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'octocat', GITHUB_REF: 'refs/pull/12/merge' };
    expect((await world.cliWith({ env }, ...apply)).code).toBe(0);
    const [, trust, intent] = await world.ledger();
    expect(trust).toMatchObject({ kind: 'trust', claimed: { actor: 'octocat' } });
    expect(intent).toMatchObject({
      kind: 'intent',
      id: 'SpeechEngine/IVR@1.0.0',
      step: 'raise',
      remoteId: 'e1',
      claimed: { actor: 'octocat', pullRequest: '12' },
    });
    expect(await world.read('.cxone-gitops/dev.jsonl')).not.toContain('simulator-secret');
  });

  it('is written by one run at a time: the second is told who holds it', async () => {
    const world = await oneEngine();
    await world.faults({ method: 'POST', path: '/engines$', fault: 'hang', times: 1 });
    const first = world.start(...apply);
    await until(async () => (await world.writes()).length > 0);
    const second = await world.cli(...apply);
    expect([second.code, documentOf(second, 'error').error?.code]).toEqual([1, 'LedgerError']);
    expect(second.stderr).toContain(`it is locked by process ${first.child.pid} on `);
    const plan = await world.cli('plan', 'dev');
    expect(plan.code).toBe(0);
    // The first one was only slow.
    expect((await first.ended).code).toBe(7);
    expect((await world.cli(...apply)).code).toBe(0);
    expect(await world.engines()).toHaveLength(1);
  });

  it('that was deleted is begun anew, and nothing is created twice', async () => {
    const world = await oneEngine();
    expect((await world.cli(...apply)).code).toBe(0);
    await rm(path.join(world.folder, '.cxone-gitops'), { recursive: true });
    const run = await world.cli(...apply);
    expect([run.code, documentOf(run, 'apply').status]).toEqual([0, 'no-changes']);
    expect(await world.engines()).toHaveLength(1);
  });

  it('that does not exist is not clean: it may have been deleted', async () => {
    const world = await openWorld();
    const { code, document } = await verify(world);
    expect([code, document]).toMatchObject([
      8,
      { status: 'faults', entries: 0, head: null, faults: [{ code: 'empty' }] },
    ]);
    // Where it was looked for.
    expect(textOf(document['faults']?.[0]?.['message'])).toContain('dev.jsonl)');
  });
});
