import { afterAll, describe, expect, it } from 'vitest';
import { textOf } from './documents.js';
import { engine, webhook } from './manifests.js';
import { runInside } from './run-inside.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterAll(closeWorlds);

const credentials = { CXONE_CLIENT_ID: 'ci', CXONE_CLIENT_SECRET: 'simulator-secret' };
const values = { CXONE_WEBHOOK_QA_TOKEN: 'the token of the QA platform' };

function hook(origin: string, variable = 'CXONE_WEBHOOK_QA_TOKEN') {
  return webhook('Hook', { callbackUrl: `${origin}/hook`, headers: { 'X-Token': { fromEnv: variable } } });
}

function environment(baseUrl: string, members: object = {}) {
  return { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec: { baseUrl, listLag: 'PT0S', ...members } };
}

/** Applies on a terminal whose person gives these answers; `asked` are the questions. */
async function apply(world: World, answers: readonly boolean[], env: Readonly<Record<string, string>> = {}) {
  const asked: string[] = [];
  const confirm = async (question: string) => {
    asked.push(question);
    return answers[asked.length - 1] === true;
  };
  const run = await runInside(['apply', 'dev', '--ledger', `${world.folder}/.cxone-gitops`], {
    cwd: world.folder,
    env: { ...credentials, ...env },
    confirm,
  });
  return { ...run, asked };
}

async function accepted(world: World): Promise<string[]> {
  return (await world.ledger()).flatMap(({ kind, accepted: by }) => (textOf(kind) === 'trust' ? [textOf(by)] : []));
}

async function applied(): Promise<World> {
  const world = await openWorld();
  await world.write('dev/a.yaml', engine('IVR'));
  expect((await apply(world, [true])).code).toBe(0);
  await world.forget();
  return world;
}

describe.concurrent('apply on a terminal', () => {
  it('asks in words whether a value may go to a new place, with the plan, and records the answer', async () => {
    const world = await applied();
    await world.write('dev/b.yaml', hook('https://qa.example.com'));
    const words = 'create 1, and send CXONE_WEBHOOK_QA_TOKEN to https://qa.example.com (before: nowhere)?';
    const no = await apply(world, [false], values);
    expect([no.code, no.asked]).toEqual([130, [expect.stringContaining(words)]]);
    expect([await world.writes(), await accepted(world)]).toEqual([[], ['first']]);
    const yes = await apply(world, [true], values);
    expect([yes.code, yes.asked]).toEqual([0, [expect.stringContaining(words)]]);
    expect(yes.stderr).toContain('    Send CXONE_WEBHOOK_QA_TOKEN to https://qa.example.com (before: nowhere)\n');
    expect(await accepted(world)).toEqual(['first', 'operator']);
  });

  it('says that a variable is not set before it asks, and that its value is refused after the answer', async () => {
    const world = await applied();
    await world.write('dev/b.yaml', hook('https://qa.example.com'));
    const unset = await apply(world, [true]);
    expect([unset.code, unset.asked, unset.stderr]).toEqual([3, [], expect.stringContaining('is not set')]);
    const short = await apply(world, [true], { CXONE_WEBHOOK_QA_TOKEN: 'short' });
    expect([short.code, short.asked.length, short.stderr]).toEqual([3, 1, expect.stringContaining('less than 16')]);
    expect([await world.writes(), await accepted(world)]).toEqual([[], ['first']]);
  });

  it('asks about an endpoint before it reads a secret or sends a request, and about a guardrail with the plan', async () => {
    const [world, other] = [await applied(), await openWorld()];
    await world.write('dev/environment.yaml', environment(other.simulator.url));
    const no = await apply(world, [false], { CXONE_CLIENT_SECRET: '', CXONE_GITOPS_ENV_FILE: 'gone' });
    expect([no.code, no.asked]).toEqual([130, ['Accept the 2 changes of trusted settings above?']]);
    expect(no.stderr).toContain(`Send the client id and the client secret to ${other.simulator.url}/oauth/token`);
    expect([await other.requests(), await accepted(world)]).toEqual([[], ['first']]);

    const limit = { guardrails: { maxTrafficIncrease: 10 } };
    await world.write('dev/environment.yaml', environment(world.simulator.url, limit));
    expect((await apply(world, [])).asked).toEqual([]);
    await world.write('dev/environment.yaml', environment(world.simulator.url));
    const removed = await apply(world, [true]);
    expect([removed.code, removed.asked]).toEqual([0, ['Remove the guardrail maxTrafficIncrease? Before: 10.']]);
    expect(await accepted(world)).toEqual(['first', 'given-up', 'operator']);
  });

  it('shows and asks again, where the value behind a new variable turns out to be another one', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', hook('https://qa.example.com', 'CXONE_WEBHOOK_OLD'));
    const env = { ...values, CXONE_WEBHOOK_OLD: 'the old token of the QA platform' };
    expect((await apply(world, [true], env)).code).toBe(0);
    await world.write('dev/a.yaml', hook('https://qa.example.com'));
    await world.forget();
    const first = 'Send CXONE_WEBHOOK_QA_TOKEN to https://qa.example.com? Before: nowhere.';
    const no = await apply(world, [true, false], env);
    expect([no.code, no.asked]).toEqual([130, [first, expect.stringContaining('update 1?')]]);
    expect(no.stderr).toContain('(changed secret)');
    expect(await world.writes()).toEqual([]);
    expect((await apply(world, [true, true], env)).code).toBe(0);
    expect(await accepted(world)).toEqual(['first', 'operator']);
  });
});
