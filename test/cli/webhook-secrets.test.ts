import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf } from './documents.js';
import { webhook } from './manifests.js';
import type { Run } from './program.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterAll(closeWorlds);

const before = { CXONE_WEBHOOK_A: 'the first value of A', CXONE_WEBHOOK_B: 'the first value of B' };
const after = { ...before, CXONE_WEBHOOK_B: 'the second value of B' };
const hook = webhook('Hook', {
  headers: { 'X-A': { fromEnv: 'CXONE_WEBHOOK_A' }, 'X-B': { fromEnv: 'CXONE_WEBHOOK_B' } },
});

type Env = Readonly<Record<string, string>>;

/** A world whose webhook was applied with the first values. */
async function appliedWorld(env: Env = before): Promise<World> {
  const world = await openWorld();
  await world.write('dev/a.yaml', hook);
  expect((await apply(world, env)).code).toBe(0);
  await world.forget();
  return world;
}

function apply(world: World, env: Env, ...args: string[]): Promise<Run> {
  return world.cliWith({ env }, 'apply', 'dev', '--auto-approve', ...args);
}

async function planOf(world: World, env: Env, ...args: string[]) {
  const run = await world.cliWith({ env }, 'plan', 'dev', '--format', 'json', ...args);
  expect([run.code, run.stderr.includes('error')]).toEqual([0, false]);
  return { plan: documentOf(run, 'plan'), stderr: run.stderr };
}

async function written(world: World): Promise<string[]> {
  return (await world.writes()).map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}/, 'ID')}`);
}

describe.concurrent("a webhook's header value that changed", () => {
  it('is sent with all others by exactly one PATCH and one audit event, and then no more', async () => {
    const world = await appliedWorld();
    expect((await apply(world, after)).code).toBe(0);
    expect(await written(world)).toEqual(['PATCH /api/v2/webhooks/ID', 'POST /api/v2/audit/logs']);
    const [patch] = await world.writes();
    expect(patch?.body).toEqual({ headers: { 'X-A': '***', 'X-B': '***' } });
    const digest = createHash('sha256').update(after.CXONE_WEBHOOK_B).digest('hex');
    expect(JSON.stringify(await world.control('GET', 'state'))).toContain(digest);
    expect(await world.auditLogs()).toHaveLength(2);

    await world.forget();
    expect((await apply(world, after)).code).toBe(0);
    expect(await written(world)).toEqual([]);
    expect((await world.cli('audit', 'verify', 'dev')).code).toBe(0);
  });

  it('shows in a plan, in every format, and its planHash is the one of a preview without secrets', async () => {
    const world = await appliedWorld();
    const [without, changed] = [await planOf(world, {}), await planOf(world, after)];
    expect(changed.plan.planHash).toBe(without.plan.planHash);
    expect(without.plan.changes).toEqual([]);
    expect(changed.plan.changes).toMatchObject([
      { action: 'update', id: 'Webhook/Hook', fields: [{ path: '/headers/x-b', after: '(changed secret)' }] },
    ]);
    for (const format of ['text', 'markdown']) {
      const run = await world.cliWith({ env: after }, 'plan', 'dev', '--format', format, '--detailed-exitcode');
      expect([run.code, run.stdout]).toEqual([2, expect.stringContaining('(changed secret)')]);
    }
  });

  it('does not make a plan stale that was saved without secrets', async () => {
    const world = await appliedWorld();
    await world.write('dev/a.yaml', hook, webhook('Other'));
    expect((await world.cli('plan', 'dev', '--out', 'plan.json')).code).toBe(0);
    expect((await apply(world, after, '--plan', 'plan.json')).code).toBe(0);
    expect((await written(world)).filter((one) => one.includes('webhooks')).toSorted()).toEqual([
      'PATCH /api/v2/webhooks/ID',
      'POST /api/v2/webhooks',
    ]);
  });

  it('is no drift', async () => {
    const world = await appliedWorld();
    const run = await world.cliWith({ env: after }, 'drift', 'dev');
    expect([run.code, run.stderr]).toEqual([0, '']);
  });

  it('is not checked where its variable is not set, and nothing is changed', async () => {
    const world = await appliedWorld();
    const { plan, stderr } = await planOf(world, { CXONE_WEBHOOK_A: before.CXONE_WEBHOOK_A });
    expect(plan.changes).toEqual([]);
    expect(stderr).toBe('note: 1 header value not checked: CXONE_WEBHOOK_B is not set\n');
    const markdown = await world.cli('plan', 'dev', '--format', 'markdown');
    expect(markdown.stdout).toContain('> **Header values** <code>2 header values not checked');
    expect((await apply(world, {})).code).toBe(0);
    expect(await written(world)).toEqual([]);
  });

  it('can not be sent without the others', async () => {
    const world = await appliedWorld();
    const run = await apply(world, { CXONE_WEBHOOK_B: after.CXONE_WEBHOOK_B }, '--format', 'json');
    expect(run.code).toBe(3);
    expect(documentOf(run, 'error').error?.problems).toMatchObject([
      { path: '/spec/headers/X-A/fromEnv', message: expect.stringContaining('CXONE_WEBHOOK_A is not set') },
    ]);
    expect(await written(world)).toEqual([]);
  });

  it('is sent again after a run that was killed before it knew', async () => {
    const world = await appliedWorld();
    await world.faults({ method: 'PATCH', path: '/webhooks', fault: 'reset-after', times: 2 });
    const cut = await apply(world, after, '--timeout', '1');
    expect([cut.code, await world.auditLogs()]).toEqual([7, expect.objectContaining({ length: 1 })]);
    await world.forget();
    const next = await apply(world, after, '--timeout', '1');
    expect([next.code, next.stderr]).toEqual([0, expect.stringContaining('whether its header values arrived')]);
    expect(await written(world)).toEqual(['PATCH /api/v2/webhooks/ID', 'POST /api/v2/audit/logs']);
    expect((await world.cli('audit', 'verify', 'dev')).code).toBe(0);
  });
});

describe.concurrent('a header value that is refused', () => {
  it.each([
    ['short', 'only 15 letters', 'has less than 16 characters'],
    ['with a line break', 'a good start, and\r\nX-Evil: 1', 'holds a line break'],
    ['not ASCII', 'sehr vertraulich für alle', 'not printable ASCII'],
  ])('as %s stops an apply before any write, with exit 3 and its names', async (_what, value, why) => {
    const world = await openWorld();
    await world.write('dev/a.yaml', hook);
    const run = await apply(world, { ...before, CXONE_WEBHOOK_B: value });
    expect([run.code, run.stderr]).toEqual([
      3,
      expect.stringContaining('Webhook/Hook: header X-B: the value of CXONE_WEBHOOK_B'),
    ]);
    expect(run.stderr).toContain(why);
    expect(run.stderr).not.toContain(value.slice(0, 10));
    expect(await written(world)).toEqual([]);
  });
});

describe.concurrent('--resend-headers', () => {
  it('sends what is as it was, for as many webhooks as the pattern names', async () => {
    const world = await appliedWorld();
    expect((await apply(world, before, '--resend-headers', 'Webhook/H*')).code).toBe(0);
    expect(await written(world)).toEqual(['PATCH /api/v2/webhooks/ID', 'POST /api/v2/audit/logs']);
  });

  it('is taken up by the next run, where nobody can see what became of it', async () => {
    const world = await appliedWorld();
    await world.faults({ method: 'PATCH', path: '/webhooks', fault: 'reset-before', times: 2 });
    expect((await apply(world, before, '--resend-headers', 'Webhook/Hook', '--timeout', '1')).code).toBe(7);
    await world.forget();
    expect((await apply(world, before, '--timeout', '1')).code).toBe(0);
    expect(await written(world)).toEqual(['PATCH /api/v2/webhooks/ID', 'POST /api/v2/audit/logs']);
  });

  it('teaches a ledger that knows nothing what was sent', async () => {
    const world = await appliedWorld();
    const note = async () => (await planOf(world, before, '--ledger', 'other')).stderr;
    expect(await note()).toContain(
      '2 header values not checked: the ledger does not know what was sent to Webhook/Hook',
    );
    expect((await apply(world, before, '--ledger', 'other', '--resend-headers', 'Webhook/Hook')).code).toBe(0);
    expect(await note()).toBe('');
  });

  it.each([
    [['Webhook/Hok'], "Did you mean 'Webhook/Hook'?"],
    [['Webhook/Plain'], 'its manifest names no headers'],
    [['Webhook/Hook', '--only', 'Webhook/Plain'], '--only leaves it out'],
  ])('refuses %j before anything is sent', async (args, why) => {
    const world = await openWorld();
    await world.write('dev/a.yaml', hook, webhook('Plain'));
    const run = await apply(world, before, '--resend-headers', ...args);
    expect([run.code, run.stderr]).toEqual([3, expect.stringContaining(why)]);
    expect(await world.requests()).toEqual([]);
  });

  it('fails what it names where a variable is not set', async () => {
    const world = await appliedWorld();
    const run = await apply(world, {}, '--resend-headers', 'Webhook/Hook');
    expect([run.code, run.stderr]).toEqual([3, expect.stringContaining('CXONE_WEBHOOK_A is not set')]);
    expect(await written(world)).toEqual([]);
  });
});

describe.concurrent('a run whose manifests nobody has approved', () => {
  it('reads no header value in a pull request, not even to compare it', async () => {
    const world = await appliedWorld();
    const { plan, stderr } = await planOf(world, { ...after, GITHUB_EVENT_NAME: 'pull_request' });
    expect(plan.changes).toEqual([]);
    expect(stderr).toContain('2 header values not checked: this run does not trust its manifests');
  });
});
