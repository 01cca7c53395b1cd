import { execFileSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createServer, request } from 'node:http';
import path from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../faults/listen.js';
import { documentOf, textOf } from './documents.js';
import { engine } from './manifests.js';
import { type Run, run } from './program.js';
import { runInside } from './run-inside.js';
import { closeWorlds, type Loose, openWorld, type World, type WorldOptions } from './world.js';

afterAll(closeWorlds);

const env = { CXONE_CLIENT_ID: 'ci', CXONE_CLIENT_SECRET: 'simulator-secret', CI: 'true' };

/** A checkout of the world's repository, and an apply of it that writes the world's ledger. */
interface Checkout {
  readonly commit: string;
  git(...args: string[]): string;
  apply(...more: string[]): Promise<Run>;
  /** The same by the built program. */
  applyBuilt(...more: string[]): Promise<Run>;
}

interface Repository extends World {
  git(...args: string[]): string;
  /** Commits the engine with this description, and returns the id. */
  commit(description: string): Promise<string>;
  checkout(commit: string, ...how: string[]): Checkout;
}

async function openRepository(options: WorldOptions = {}): Promise<Repository> {
  const world = await openWorld(options);
  const git = gitIn(world.folder);
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  let clones = 0;
  return {
    ...world,
    git,
    async commit(description) {
      await world.write('dev/a.yaml', engine('IVR', { description }));
      git('add', 'environments');
      git('commit', '--quiet', '--message', description);
      return git('rev-parse', 'HEAD').trim();
    },
    checkout(commit, ...how) {
      clones += 1;
      const cwd = path.join(world.folder, `clone-${clones}`);
      git('clone', '--quiet', '--no-checkout', ...how, `file://${world.folder}`, cwd);
      const inside = gitIn(cwd);
      inside('checkout', '--quiet', commit);
      const ledger = path.join(world.folder, '.cxone-gitops');
      const apply = ['apply', 'dev', '--auto-approve', '--format', 'json', '--ledger', ledger];
      return {
        commit,
        git: inside,
        apply: (...more) => runInside([...apply, ...more], { cwd, env }),
        applyBuilt: (...more) => run([...apply, ...more], { cwd, env }),
      };
    },
  };
}

function gitIn(folder: string): (...args: string[]) => string {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  const variables = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };
  return (...args) =>
    execFileSync('git', ['-C', folder, ...identity, ...args], { env: variables, encoding: 'utf8', stdio: 'pipe' });
}

function errorOf(ended: Run) {
  const { error } = documentOf(ended, 'error');
  return [ended.code, error?.code, error?.message];
}

async function runsOf(world: World): Promise<Loose[]> {
  return (await world.ledger()).filter(({ kind }) => textOf(kind) === 'run');
}

/** A server in front of the world's that holds the first read back. */
async function holdingServer(target: () => string) {
  const events = new EventEmitter();
  const held = once(events, 'held');
  let isHeld = false;
  const server = createServer((incoming, answer) => {
    const pass = () => {
      const { method, headers, url = '' } = incoming;
      const onwards = request(target() + url, { method, headers: { ...headers, host: new URL(target()).host } });
      onwards.on('response', (response) => {
        answer.writeHead(response.statusCode ?? 500, response.headers);
        response.pipe(answer);
      });
      // A run that gave up waiting has failed its test already.
      onwards.on('error', () => answer.destroy());
      incoming.pipe(onwards);
    };
    if (isHeld || incoming.method !== 'GET') return pass();
    isHeld = true;
    events.once('letGo', pass);
    events.emit('held');
  });
  const { port, close } = await listen(server);
  onTestFinished(close);
  return { url: `http://127.0.0.1:${port}`, held, letGo: () => events.emit('letGo') };
}

describe('two merges', () => {
  it('whose jobs run in the wrong order: the older one is refused, and a revert goes back', async () => {
    const world = await openRepository();
    const old = await world.commit('first');
    const second = world.checkout(await world.commit('second'));
    const first = world.checkout(old);
    expect((await second.apply()).code).toBe(0);
    await world.forget();

    expect(errorOf(await first.applyBuilt('--override', 'nothing passes this'))).toEqual([
      6,
      'StalePlanError',
      expect.stringMatching(new RegExp(`commit ${first.commit} is older than commit ${second.commit}, .*entry \\d+`)),
    ]);
    expect(await world.requests()).toEqual([]);
    expect(await world.engines()).toMatchObject([{ description: 'second' }]);

    const again = await second.apply();
    expect([again.code, documentOf(again, 'apply').status]).toEqual([0, 'no-changes']);
    world.git('revert', '--no-edit', second.commit);
    const reverted = world.checkout(world.git('rev-parse', 'HEAD').trim());
    expect((await reverted.apply()).code).toBe(0);
    expect(await world.engines()).toMatchObject([{ description: 'first' }]);
    expect(await runsOf(world)).toMatchObject([
      { status: 'applied', commit: second.commit },
      { status: 'no-changes', commit: second.commit },
      { status: 'applied', commit: reverted.commit, claimed: { pullRequest: null } },
    ]);
    expect((await world.cli('audit', 'verify', 'dev')).code).toBe(0);
  });

  it('of which the newer one is applied while the older one plans: the older one is refused under the lock', async () => {
    let simulator = '';
    const front = await holdingServer(() => simulator);
    const world = await openRepository({ environment: { baseUrl: front.url } });
    simulator = world.simulator.url;
    const old = await world.commit('first');
    const second = world.checkout(await world.commit('second'));
    const first = world.checkout(old);
    const older = first.apply();
    await front.held;
    expect((await second.apply()).code).toBe(0);
    front.letGo();
    expect(errorOf(await older)).toEqual([6, 'StalePlanError', expect.stringContaining('is older than')]);
    expect(await world.engines()).toMatchObject([{ description: 'second' }]);
  });

  it('of which the older one was checked out before the newer one was pushed: it is refused, and says what to fetch', async () => {
    const world = await openRepository();
    const first = world.checkout(await world.commit('first'));
    const second = world.checkout(await world.commit('second'));
    expect((await second.apply()).code).toBe(0);
    const refused = await first.apply();
    const message = expect.stringContaining(`this clone does not have commit ${second.commit}`);
    expect(errorOf(refused)).toEqual([3, 'ConfigurationError', message]);
    expect(documentOf(refused, 'error').error?.hint).toContain(`git fetch origin ${second.commit}`);
    first.git('fetch', '--quiet', 'origin', second.commit);
    expect((await first.apply()).code).toBe(6);
  });

  it('on different lines of history are applied in any order', async () => {
    const world = await openRepository();
    const start = await world.commit('start');
    const first = world.checkout(await world.commit('first'));
    world.git('checkout', '--quiet', start);
    const other = world.checkout(await world.commit('other'));
    expect((await first.apply()).code).toBe(0);
    expect((await other.apply()).code).toBe(0);
  });
});

describe('git can not tell which commit is older', () => {
  it('in a shallow clone: 3 and what to fetch; once that is fetched, the apply goes on', async () => {
    const world = await openRepository();
    const first = world.checkout(await world.commit('first'));
    expect((await first.apply()).code).toBe(0);
    const shallow = world.checkout(await world.commit('second'), '--depth=1');
    const refused = await shallow.apply();
    expect(errorOf(refused)).toEqual([3, 'ConfigurationError', expect.stringContaining('which is shallow')]);
    expect(documentOf(refused, 'error').error?.hint).toContain('fetch-depth: 0');
    shallow.git('fetch', '--quiet', '--unshallow');
    expect((await shallow.apply()).code).toBe(0);
  });

  it('since the last commit is lost: an operator may override that, which is recorded', async () => {
    const world = await openRepository();
    await world.commit('first');
    const lost = world.checkout(await world.commit('lost'));
    expect((await lost.apply()).code).toBe(0);
    world.git('reset', '--quiet', '--hard', 'HEAD~1');
    const next = world.checkout(await world.commit('next'));
    const message = expect.stringContaining(`this clone does not have commit ${lost.commit}`);
    expect(errorOf(await next.apply())).toEqual([3, 'ConfigurationError', message]);
    // This reason may be meant for a guardrail.
    expect(errorOf(await next.apply('--override', 'the branch is deleted'))).toEqual([
      3,
      'ConfigurationError',
      message,
    ]);
    const reason = `${lost.commit} is lost: squashed and deleted`;
    const passed = await next.apply('--override', reason);
    const refusals = [{ code: 'commit-order-unknown', id: lost.commit }];
    expect([passed.code, documentOf(passed, 'apply').override?.refusals]).toEqual([0, refusals]);
    const override = (await world.ledger()).find(({ kind }) => textOf(kind) === 'override');
    expect(override).toMatchObject({ reason, refusals });
    expect((await next.apply()).code).toBe(0);
  });
});

describe('the entry of a run', () => {
  it('says that changes are left, and is not written by an apply that is refused', async () => {
    const world = await openRepository({ environment: { guardrails: { maxChanges: { count: 1 } } } });
    const first = world.checkout(await world.commit('first'));
    await world.faults({ method: 'POST', path: '/engines$', times: 1, fault: 'status', status: 400 });
    expect((await first.apply()).code).toBe(1);
    expect(await runsOf(world)).toMatchObject([{ status: 'incomplete', commit: first.commit }]);
    await world.write('dev/b.yaml', engine('B'), engine('C'));
    const refused = world.checkout(await world.commit('second'));
    expect((await refused.apply()).code).toBe(5);
    expect(await runsOf(world)).toHaveLength(1);
    // Nothing of the refused commit was applied, so the earlier one may still be.
    expect((await first.apply()).code).toBe(0);
  });

  it('names no commit if the manifests are not those of one, and HEAD counts all the same', async () => {
    const world = await openRepository();
    const first = await world.commit('first');
    await world.write('dev/a.yaml', engine('IVR', { description: 'uncommitted' }));
    expect(
      (await world.inside('apply', 'dev', '--auto-approve', '--ledger', path.join(world.folder, '.cxone-gitops'))).code,
    ).toBe(0);
    expect(await runsOf(world)).toMatchObject([{ commit: null }]);
    expect((await world.checkout(await world.commit('second')).apply()).code).toBe(0);
    world.git('checkout', '--quiet', first);
    await world.write('dev/a.yaml', engine('IVR', { description: 'uncommitted' }));
    expect(
      (await world.inside('apply', 'dev', '--auto-approve', '--ledger', path.join(world.folder, '.cxone-gitops'))).code,
    ).toBe(6);
  });
});
