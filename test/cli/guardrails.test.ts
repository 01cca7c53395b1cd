import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { documentOf, textOf } from './documents.js';
import { engine, liveEngine } from './manifests.js';
import { closeWorlds, openWorld, until, type World } from './world.js';

afterEach(closeWorlds);

const apply = ['apply', 'dev', '--auto-approve', '--format', 'json'];

/** Splits 90 and 10 are live, 50 and 50 are wanted. */
async function openShift(guardrails: object, latencyMs = 0): Promise<World> {
  const world = await openWorld({
    latencyMs,
    environment: { guardrails },
    engines: [
      liveEngine('v1', 'IVR', { version: '1.0.0', trafficSplit: 90 }),
      liveEngine('v2', 'IVR', { version: '2.0.0', trafficSplit: 10 }),
    ],
  });
  await world.write(
    'dev/ivr.yaml',
    engine('IVR', { version: '1.0.0', trafficSplit: 50 }),
    engine('IVR', { version: '2.0.0', trafficSplit: 50 }),
  );
  return world;
}

const splits = async (world: World) => (await world.engines()).map(({ trafficSplit }) => trafficSplit);
const overrides = async (world: World) => (await world.ledger()).filter(({ kind }) => textOf(kind) === 'override');

/** A window of a day that neither this moment nor the next hours are in, wherever one is. */
function closedWindow() {
  const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
  return { days: [days[(new Date().getUTCDay() + 3) % 7]], from: '09:00', to: '16:00' };
}

const always = { days: ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] };

describe('a plan that guardrails refuse', () => {
  const guardrails = {
    maxChanges: { count: 1, percent: 50 },
    maxTrafficIncrease: 25,
    protected: ['SpeechEngine/IVR@1.*'],
    requireRollout: true,
    changeWindows: { timeZone: 'Europe/Berlin', windows: [closedWindow()] },
  };
  const refusals = [
    { code: 'outside-change-window', id: 'dev' },
    { code: 'too-many-changes', id: 'dev' },
    { code: 'too-many-updates', id: 'dev' },
    { code: 'protected', id: 'SpeechEngine/IVR@1.0.0' },
    { code: 'traffic-increase', id: 'SpeechEngine/IVR@2.0.0' },
    { code: 'no-rollout', id: 'SpeechEngine/IVR@2.0.0' },
  ];

  it('is shown with every reason, and a plan still exits with 0, or 2 where that is asked for', async () => {
    const world = await openShift(guardrails);
    const json = await world.cli('plan', 'dev', '--format', 'json', '--detailed-exitcode');
    expect([json.code, documentOf(json, 'plan').refusals]).toMatchObject([2, refusals]);
    const text = await world.cli('plan', 'dev');
    expect(text.code).toBe(0);
    expect(text.stdout).toContain('! Refused: apply would stop with exit code 5, unless given --override REASON');
    const markdown = await world.cli('plan', 'dev', '--format', 'markdown');
    expect(markdown.stdout.match(/^> - /gm)).toHaveLength(refusals.length);
  });

  it('is not applied: exit 5, each reason as text and in the document, and not one write', async () => {
    const world = await openShift(guardrails);
    const run = await world.cli(...apply);
    expect(run.code).toBe(5);
    const document = documentOf(run, 'apply');
    expect(document).toMatchObject({ status: 'refused', refusals, error: { code: 'GuardrailError', exitCode: 5 } });
    expect(document.outcomes).toMatchObject([{ status: 'not-attempted' }, { status: 'not-attempted' }]);
    expect(run.stderr).toContain('    dev: 2 changes in one apply, and maxChanges.count is 1\n');
    expect(run.stderr).toContain('`cxone-gitops apply dev --override REASON` applies it all the same');
    expect(await world.writes()).toEqual([]);
    expect(await splits(world)).toEqual([90, 10]);
  });

  it('is not applied as a saved plan either, nor in a part that is refused, and is in a part that is not', async () => {
    const world = await openShift({ protected: ['SpeechEngine/IVR@*'] });
    await world.write('dev/other.yaml', engine('Other'));
    expect((await world.cli('plan', 'dev', '--out', 'plan.json')).code).toBe(0);
    expect((await world.cli(...apply, '--plan', 'plan.json')).code).toBe(5);
    expect((await world.cli(...apply, '--only', 'SpeechEngine/IVR@1.0.0')).code).toBe(5);
    expect(await world.writes()).toEqual([]);
    expect((await world.cli(...apply, '--only', 'SpeechEngine/Other@*')).code).toBe(0);
  });

  it('guardrails that are added after a plan was saved refuse it', async () => {
    const world = await openShift({ maxTrafficIncrease: 50 });
    expect((await world.cli('plan', 'dev', '--out', 'plan.json')).code).toBe(0);
    const file = path.join(world.folder, 'environments/dev/environment.yaml');
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace(/("maxTrafficIncrease": ?)50/, (_all, key) => `${key}39`),
    );
    expect(documentOf(await world.cli(...apply, '--plan', 'plan.json'), 'apply')).toMatchObject({
      status: 'refused',
      refusals: [{ code: 'traffic-increase' }],
    });
  });

  it('may be applied where the limits are just met', async () => {
    const windows = [{ ...always, from: '00:00', to: '24:00' }];
    const limits = { maxChanges: { count: 2, percent: 100 }, maxTrafficIncrease: 40 };
    const world = await openShift({ ...limits, changeWindows: { timeZone: 'Europe/Berlin', windows } });
    const run = await world.cli(...apply);
    expect([run.code, documentOf(run, 'apply').refusals]).toEqual([0, undefined]);
    expect(await splits(world)).toEqual([50, 50]);
  });

  it('does not keep traffic from being given back when a raise fails', async () => {
    const world = await openShift({ maxTrafficIncrease: 40 });
    await world.faults({ method: 'PATCH', path: '/engines/v2$', fault: 'status', status: 403 });
    expect((await world.cli(...apply)).code).toBe(7);
    expect(await splits(world)).toEqual([90, 10]);
  });
});

describe('--override', () => {
  const guardrails = { maxTrafficIncrease: 25, protected: ['SpeechEngine/IVR@*'] };
  const passed = [
    { code: 'protected', id: 'SpeechEngine/IVR@1.0.0' },
    { code: 'protected', id: 'SpeechEngine/IVR@2.0.0' },
    { code: 'traffic-increase', id: 'SpeechEngine/IVR@2.0.0' },
  ];

  it('applies the plan, and records why before the first intent', async () => {
    const world = await openShift(guardrails);
    const run = await world.cli(...apply, '--override', ' INC-4711: the old version fails ');
    expect(run.code).toBe(0);
    const document = documentOf(run, 'apply');
    expect(document).toMatchObject({
      status: 'applied',
      override: { reason: 'INC-4711: the old version fails', refusals: passed },
    });
    expect(run.stderr).toContain('! Overridden: guardrails refuse this, and it is applied all the same');
    expect(await splits(world)).toEqual([50, 50]);
    const entries = await world.ledger();
    const [entry] = await overrides(world);
    expect(entry).toMatchObject({
      reason: 'INC-4711: the old version fails',
      refusals: passed,
      planHash: document.planHash,
      git: null,
    });
    const kinds = entries.map(({ kind }) => textOf(kind));
    expect(kinds.indexOf('override')).toBeGreaterThan(0);
    expect(kinds.indexOf('override')).toBeLessThan(kinds.indexOf('intent'));
    expect((await world.cli('audit', 'verify', 'dev')).code).toBe(0);
  });

  it('is not needed where nothing is refused: it says so, and records nothing', async () => {
    const world = await openShift({ maxTrafficIncrease: 40 });
    const run = await world.cli(...apply, '--override', 'just in case');
    expect([run.code, documentOf(run, 'apply').override]).toEqual([0, undefined]);
    expect(run.stderr).toContain('--override was not needed: no guardrail refuses this plan');
    expect(await overrides(world)).toEqual([]);
  });

  it('never passes the sum of the splits, and then nothing is recorded', async () => {
    const world = await openShift(guardrails);
    await world.control('PUT', 'state', {
      engines: [
        liveEngine('v1', 'IVR', { version: '1.0.0', trafficSplit: 50 }),
        liveEngine('v2', 'IVR', { version: '2.0.0', trafficSplit: 10 }),
        liveEngine('v9', 'IVR', { version: '9.0.0', trafficSplit: 40 }),
      ],
    });
    const plain = await world.cli(...apply);
    expect([plain.code, plain.stderr]).toEqual([5, expect.stringContaining('An override passes guardrails alone.')]);
    const run = await world.cli(...apply, '--override', 'INC-4711');
    expect([run.code, documentOf(run, 'apply').refusals]).toMatchObject([5, [{ code: 'traffic-over-100' }]]);
    expect(await world.writes()).toEqual([]);
    expect(await overrides(world)).toEqual([]);
  });

  it('never passes a stale plan, and then nothing is recorded', async () => {
    const world = await openShift(guardrails);
    expect((await world.cli('plan', 'dev', '--out', 'plan.json')).code).toBe(0);
    await world.control('PATCH', 'engines/v2', { description: 'edited' });
    const run = await world.cli(...apply, '--plan', 'plan.json', '--override', 'INC-4711');
    expect([run.code, documentOf(run, 'apply').status]).toEqual([6, 'refused']);
    expect(await world.writes()).toEqual([]);
    expect(await overrides(world)).toEqual([]);
  });

  it.each([
    ['nothing', '', 'the value is empty'],
    ['white space', ' \t ', 'the value is empty'],
    ['501 characters', 'x'.repeat(501), 'the reason has 501 characters, and may have 500'],
  ])('wants a reason: %s is none', async (_what, reason, words) => {
    const world = await openShift(guardrails);
    const run = await world.cli(...apply, '--override', reason);
    expect([run.code, documentOf(run, 'error').error]).toMatchObject([3, { code: 'OptionError' }]);
    expect(run.stderr).toContain(words);
    expect(await world.requests()).toEqual([]);
  });

  it('takes 500 characters of any plane, and hostile ones stay harmless', async () => {
    const world = await openShift(guardrails);
    const reason = `\u001b[31m\n::error::x ##[error]${'😀'.repeat(470)}`;
    const run = await world.cli(...apply, '--override', reason);
    expect(run.code).toBe(0);
    expect(run.stderr).not.toContain('\u001b');
    expect(run.stderr).not.toMatch(/^\s*::/m);
    expect((await overrides(world))[0]?.reason).toBe(reason);
  });

  it('keeps a secret in its reason out of everything', async () => {
    const world = await openShift(guardrails);
    // The runner of these tests fails where a secret is printed.
    expect((await world.cli(...apply, '--override', 'with simulator-secret')).code).toBe(0);
    expect((await overrides(world))[0]?.reason).toBe('with ***');
  });
});

describe('guardrails in environment.yaml', () => {
  it('are checked offline: an unknown zone is an error, a pattern that matches nothing a warning', async () => {
    const world = await openShift({ protected: ['SpeechEngine/Ivr@*'] });
    const warned = await world.cli('validate', 'dev', '--format', 'json');
    expect([warned.code, warned.stdout]).toEqual([0, expect.stringContaining('nothing-protected')]);
    const spec = {
      orgId: 'x',
      guardrails: { changeWindows: { timeZone: 'Europe/Atlantis', windows: [closedWindow()] } },
    };
    await world.write('dev/environment.yaml', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec });
    const refused = await world.cli('validate', 'dev');
    expect([refused.code, refused.stdout + refused.stderr]).toEqual([
      3,
      expect.stringContaining('There is no time zone Europe/Atlantis.'),
    ]);
  });

  it('do not keep drift from telling what differs', async () => {
    const world = await openShift({ maxChanges: { count: 0 } });
    const run = await world.cli('drift', 'dev', '--format', 'json');
    expect([run.code, documentOf(run, 'drift').drift]).toMatchObject([2, [{}, {}]]);
  });
});

describe('what is wrong with the run comes before what is wrong with the plan', () => {
  it('a refused plan that nobody could approve ends with 3', async () => {
    const world = await openShift({ maxTrafficIncrease: 25 });
    const run = await world.cli('apply', 'dev');
    expect([run.code, run.stderr]).toEqual([3, expect.stringContaining('there is no terminal to ask on')]);
    expect(await world.writes()).toEqual([]);
  });

  it('a refused plan of a run that was interrupted ends with 130', async () => {
    const world = await openShift({ maxTrafficIncrease: 25 }, 500);
    const { child, ended } = world.start('apply', 'dev', '--auto-approve', '--timeout', '60');
    await until(async () => (await world.requests()).some(({ path: where }) => where.includes('/speech/engines')));
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(await world.writes()).toEqual([]);
  });
});
