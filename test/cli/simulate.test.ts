import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { engine } from './manifests.js';
import { type Started, start } from './program.js';
import { closeWorlds, openWorld, until } from './world.js';

afterAll(closeWorlds);

/** The simulator as a user starts it, and the URL that it prints. */
async function simulate(cwd: string, ...args: string[]): Promise<Started & { url: string }> {
  const started = start(['simulate', ...args], { cwd });
  let printed = '';
  started.child.stdout?.on('data', (chunk: string) => (printed += chunk));
  await until(async () => {
    await new Promise(setImmediate);
    return printed.includes('\n');
  });
  return { ...started, url: printed.split('\n')[0] ?? '' };
}

it('simulate prints its URL first, serves a plan and an apply, keeps its state, and ends at Ctrl-C with 0', async () => {
  const world = await openWorld();
  const { folder } = world;
  await world.write('dev/a.yaml', engine('IVR', { acousticFeatureExtraction: 'enhanced' }));
  const faults = [{ method: 'POST', path: '/engines$', fault: 'status', status: 503, times: 1 }];
  await writeFile(path.join(folder, 'faults.json'), JSON.stringify(faults));
  const options = ['--tier', 'enhanced', '--state', 'sim.json', '--faults', 'faults.json', '--assume', 'etag=off'];
  const first = await simulate(folder, ...options, '--rate-limit', '60000/min', '--latency', '1');
  expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const at = ['--endpoint', first.url, '--timeout', '1'];
  expect((await world.cli('apply', 'dev', '--auto-approve', ...at)).code).toBe(7);
  expect((await world.cli('apply', 'dev', '--auto-approve', ...at)).code).toBe(0);
  first.child.kill('SIGINT');
  const { code, stderr } = await first.ended;
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^SIMULATOR: /)]);

  const second = await simulate(folder, '--state', 'sim.json', '--port', new URL(first.url).port);
  expect(second.url).toBe(first.url);
  expect((await world.cli('plan', 'dev', '--detailed-exitcode', ...at)).code).toBe(0);
  second.child.kill('SIGTERM');
  expect((await second.ended).code).toBe(0);
});

it('simulate says when its port is taken', async () => {
  const { folder, simulator } = await openWorld();
  const taken = await start(['simulate', '--port', String(simulator.port)], { cwd: folder }).ended;
  expect([taken.code, taken.stdout, taken.stderr]).toEqual([
    3,
    '',
    expect.stringContaining(`--port ${simulator.port}`),
  ]);
});
