import { afterAll, describe, expect, it } from 'vitest';
import { engine } from './manifests.js';
import { closeWorlds, openWorld } from './world.js';

afterAll(closeWorlds);

const limited = { method: 'GET', path: '/engines$', fault: 'status', status: 429, times: 1 };

describe.concurrent('a run', () => {
  it('whose time limit would be over before a wait is does not begin it, and says what to do', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    await world.faults({ ...limited, headers: { 'Retry-After': '200' } });
    const run = await world.cliWith({ env: { CXONE_GITOPS_TIME_LIMIT: '100' } }, 'plan', 'dev');
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("GET /api/v2/speech/engines was not sent: the run's time limit of 100 s is over");
    expect(run.stderr).toContain('--time-limit SECONDS gives it more time');
    expect(run.stderr).not.toContain('waiting');
    const apply = await world.cli('apply', 'dev', '--auto-approve', '--time-limit', '100');
    expect(apply.code).toBe(0);
  });

  it('says how long it waits for a rate limit, and how many requests wait', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    await world.faults({ ...limited, headers: { 'Retry-After': '1' } });
    const run = await world.cli('plan', 'dev');
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/^waiting 1\.0 s \(rate limit\): [12] requests?$/m);
  });

  it('refuses a time limit that is none', async () => {
    const world = await openWorld();
    const run = await world.cli('plan', 'dev', '--time-limit', '0');
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('--time-limit');
  });
});
