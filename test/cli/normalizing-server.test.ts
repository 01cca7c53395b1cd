import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { engine, pipeline, webhook } from './manifests.js';
import { type NormalizingServer, openAlteringServer, openNormalizingServer } from './normalizing-server.js';
import type { Run } from './program.js';
import { closeWorlds, openWorld, type World } from './world.js';

const servers: NormalizingServer[] = [];

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await closeWorlds();
});

const env = { CXONE_WEBHOOK_A: 'the first value of A', CXONE_WEBHOOK_B: 'the first value of B' };
const grammar = { type: 'json', content: { version: '1', rules: [{ id: 'a', pattern: 'a+', confidence: 0.5 }] } };
const desk = { description: 'Billing desk \t\n', grammarConstraints: [grammar], trafficSplit: 100 };
const hook = {
  callbackUrl: 'https://QA.Example.com:443',
  headers: { 'X-A': { fromEnv: 'CXONE_WEBHOOK_A' }, 'x-b': { fromEnv: 'CXONE_WEBHOOK_B' } },
};

/** A world behind a server that normalizes. */
async function normalizedWorld(openServer = openNormalizingServer): Promise<World> {
  const world = await openWorld();
  const server = await openServer(world.simulator.url);
  servers.push(server);
  const spec = { baseUrl: server.url, listLag: 'PT0S' };
  await world.write('dev/environment.yaml', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec });
  return world;
}

function cli(world: World, ...args: string[]): Promise<Run> {
  return world.cliWith({ env }, ...args);
}

/** A plan after an apply is empty, drift finds nothing, and what the ledger says is live. */
async function expectClean(world: World): Promise<void> {
  const runs = await Promise.all([
    cli(world, 'plan', 'dev', '--detailed-exitcode'),
    cli(world, 'drift', 'dev'),
    cli(world, 'audit', 'verify', 'dev', '--live'),
  ]);
  expect(runs.map(({ code, stdout }) => (code === 0 ? 0 : stdout))).toEqual([0, 0, 0]);
}

describe.concurrent('a server that normalizes what it stores', () => {
  it('makes no difference after an apply, nor does another spelling in the manifests', async () => {
    const world = await normalizedWorld();
    await world.write('dev/a.yaml', engine('Billing', { ...desk, audioProcessingOptions: pipeline }));
    await world.write('dev/hook.yaml', webhook('Hook', hook));
    expect(await cli(world, 'apply', 'dev', '--auto-approve')).toMatchObject({ code: 0 });
    const { webhooks, engines } = await world.control('GET', 'state');
    expect(webhooks?.[0]).toMatchObject({
      callbackUrl: 'https://qa.example.com/',
      headers: { 'x-a': expect.anything() },
    });
    expect(engines?.[0]).toMatchObject({ description: 'Billing desk' });
    await expectClean(world);

    const headers = { 'x-A': hook.headers['X-A'], 'X-B': hook.headers['x-b'] };
    await world.write('dev/hook.yaml', webhook('Hook', { callbackUrl: 'https://qa.example.com', headers }));
    await world.write(
      'dev/a.yaml',
      engine('Billing', { ...desk, description: 'Billing desk', audioProcessingOptions: pipeline }),
    );
    await expectClean(world);
  });

  it('keeps a new header value: null for the live spelling comes before the spelling of the manifest', async () => {
    const world = await normalizedWorld();
    await world.write('dev/hook.yaml', webhook('Hook', hook));
    expect(await cli(world, 'apply', 'dev', '--auto-approve')).toMatchObject({ code: 0 });
    await world.forget();
    const rotated = { ...env, CXONE_WEBHOOK_A: 'the second value of A' };
    expect(await world.cliWith({ env: rotated }, 'apply', 'dev', '--auto-approve')).toMatchObject({ code: 0 });
    const [patch] = await world.writes();
    expect(patch?.body).toEqual({ headers: { 'x-a': '***', 'x-b': '***' } });
    const digest = createHash('sha256').update(rotated.CXONE_WEBHOOK_A).digest('hex');
    expect(JSON.stringify(await world.control('GET', 'state'))).toContain(digest);
    const plan = await world.cliWith({ env: rotated }, 'plan', 'dev', '--detailed-exitcode');
    expect(plan).toMatchObject({ code: 0 });
  });
});

describe.concurrent('a server that stores another value than it is sent', () => {
  const rules = [
    { id: 'pin', pattern: '[0-9]{4}', confidence: 0.8571 },
    { id: 'id', pattern: '[0-9]{9}', confidence: 0.9 },
  ];
  const grammarOf = (ofRules: unknown) => [{ type: 'json', content: { version: '1', rules: ofRules } }];

  it("is told with both values and the line, is nobody's edit, and is gone when git has the value of CXone", async () => {
    const world = await normalizedWorld(openAlteringServer);
    await world.write('dev/a.yaml', engine('Billing', { grammarConstraints: grammarOf(rules) }));
    const applied = await cli(world, 'apply', 'dev', '--auto-approve');
    expect(applied).toMatchObject({ code: 7 });
    expect(applied.stdout).toMatch(
      /dev\/a\.yaml:\d+:\d+: CXone accepted the POST and stored another grammarConstraints/,
    );
    expect(applied.stdout).toMatch(
      /json:1\/content\/rules\/pin\/confidence +sent 0\.8571 {2}stored 0\.86\n +.*dev\/a\.yaml:\d+\n/,
    );
    expect(applied.stdout).toContain('sent ["pin","id"]  stored ["id","pin"]');
    expect(applied.stdout).toContain('Write the value in the manifest as CXone holds it.');

    const [plan, markdown, drift] = await Promise.all([
      cli(world, 'plan', 'dev', '--detailed-exitcode'),
      cli(world, 'plan', 'dev', '--format', 'markdown'),
      cli(world, 'drift', 'dev', '--format', 'json'),
    ]);
    expect(plan).toMatchObject({ code: 2, stdout: expect.stringContaining('(stored differently)') });
    const hint = 'Stored differently: CXone accepted the value and stored another.';
    expect([plan.stdout, markdown.stdout]).toEqual([expect.stringContaining(hint), expect.stringContaining(hint)]);
    const { drift: drifted } = JSON.parse(drift.stdout);
    expect(drifted[0].fields.map(({ cause }: { cause: string }) => cause)).toEqual([
      'stored-differently',
      'stored-differently',
    ]);

    const asHeld = rules.toReversed().map((rule) => (rule.id === 'pin' ? { ...rule, confidence: 0.86 } : rule));
    await world.write('dev/a.yaml', engine('Billing', { grammarConstraints: grammarOf(asHeld) }));
    await expectClean(world);
  });

  it('moves the traffic of a name when only descriptions come back different', async () => {
    const world = await normalizedWorld(openAlteringServer);
    const versions = (one: number, two: number) =>
      [one, two].map((trafficSplit, index) =>
        world.write(
          `dev/${index}.yaml`,
          engine('Billing', {
            version: `${index + 1}.0.0`,
            description: 'desk',
            trafficSplit,
            audioProcessingOptions: pipeline,
          }),
        ),
      );
    await Promise.all(versions(100, 0));
    expect(await cli(world, 'apply', 'dev', '--auto-approve')).toMatchObject({ code: 7 });
    await Promise.all(versions(40, 60));
    const moved = await cli(world, 'apply', 'dev', '--auto-approve', '--format', 'json');
    expect(moved).toMatchObject({ code: 7 });
    expect(JSON.parse(moved.stdout)).not.toHaveProperty('unserved');
    const splits = (await world.engines()).map(({ version, trafficSplit }) => [version, trafficSplit]);
    expect(splits).toEqual(
      expect.arrayContaining([
        ['1.0.0', 40],
        ['2.0.0', 60],
      ]),
    );
  });
});

describe.concurrent('a webhook that CXone has in another spelling', () => {
  it('is no difference, and a second live spelling of a header is one that apply takes away', async () => {
    const world = await openWorld();
    const live = {
      webhookId: 'hook-1',
      name: 'Hook',
      callbackUrl: 'HTTPS://QA.Example.com:443',
      filter: { eventTypes: ['speechEngineUpdated'] },
      headers: { 'x-a': 'a secret of theirs', 'X-B': 'another secret of theirs' },
    };
    await world.control('PUT', 'state', { webhooks: [live] });
    await world.write('dev/hook.yaml', webhook('Hook', { ...hook, callbackUrl: 'https://qa.example.com' }));
    expect(await cli(world, 'plan', 'dev', '--detailed-exitcode')).toMatchObject({ code: 0 });

    await world.control('PUT', 'state', {
      webhooks: [{ ...live, headers: { ...live.headers, 'X-A': 'a third one' } }],
    });
    const plan = await cli(world, 'plan', 'dev', '--detailed-exitcode');
    expect(plan).toMatchObject({ code: 2, stdout: expect.stringContaining('x-a#2') });
    await world.forget();
    expect(await cli(world, 'apply', 'dev', '--auto-approve')).toMatchObject({ code: 0 });
    const [patch] = await world.writes();
    expect(patch?.body).toEqual({ headers: { 'X-B': null, 'x-a': null, 'X-A': '***', 'x-b': '***' } });
    expect(await cli(world, 'plan', 'dev', '--detailed-exitcode')).toMatchObject({ code: 0 });
  });
});
