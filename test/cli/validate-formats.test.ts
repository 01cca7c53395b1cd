import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { gitlabFaults, junitFaults, sarifFaults } from '../report/format-schemas.js';
import { dangers } from '../report/page.js';
import { engine } from './manifests.js';
import { run } from './program.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterAll(closeWorlds);

const faultsOf: Record<string, (text: string) => string[] | Promise<string[]>> = {
  gitlab: gitlabFaults,
  sarif: sarifFaults,
  junit: junitFaults,
  github: (text) => text.split('\n').filter((line) => line.startsWith('##') || /^\s+::/u.test(line)),
};
const formats = Object.keys(faultsOf);

/** `dev` and `prod` share a base with a mistake; `valid` has none. */
async function threeEnvironments(): Promise<World> {
  const world = await openWorld({ environment: { bases: ['base'] } });
  await world.write('prod/environment.yaml', { ...environment, spec: { orgId: 'acme', bases: ['base'] } });
  await world.write('valid/environment.yaml', { ...environment, spec: { orgId: 'other' } });
  await world.write('valid/a.yaml', engine('A'));
  await world.write('base/ivr.yaml', engine('IVR', { trafficSplt: 10 }));
  return world;
}

const environment = { apiVersion: 'cxone-gitops/v1', kind: 'Environment' };

describe.concurrent('validate --format', () => {
  it.each(['json', 'sarif', 'junit', 'gitlab', 'github', 'text'])(
    '%s shows 10,000 problems of all environments together, and what each has more as a count',
    async (format) => {
      const world = await openWorld();
      const names = Array.from({ length: 13 }, (_, index) => `e${10 + index}`);
      for (const name of names) {
        await world.write(`${name}/environment.yaml`, { ...environment, spec: { orgId: name } });
        const wrong = Object.fromEntries(Array.from({ length: 999 }, (_, key) => [`key${key}`, name]));
        await world.write(`${name}/a.yaml`, engine('IVR', wrong));
      }
      const { code, stdout } = await world.cli('validate', ...names, '--format', format);
      // JUnit's failures say it as an attribute and as their text.
      const times = format === 'junit' ? 2 : 1;
      const said = [...stdout.matchAll(/([\d,]+) more problems are not shown/gu)].map(([, count]) => count);
      const shown = stdout.split('is not a key of spec').length - 1;
      expect([code, shown]).toEqual([3, 10_000 * times]);
      expect(said).toEqual(['989', '999', '999'].flatMap((count) => Array.from({ length: times }, () => count)));
    },
  );

  it.each(formats)('%s is one valid document for all environments, with the exit code of text', async (format) => {
    const world = await threeEnvironments();
    const text = await world.cli('validate');
    const { code, stdout, stderr } = await world.cli('validate', '--format', format);
    expect([code, stderr]).toEqual([text.code, '']);
    expect(code).toBe(3);
    expect(await faultsOf[format]?.(stdout)).toEqual([]);
    // The base's mistake once, but in the suite of each environment.
    expect(stdout.split('is not a key of spec.').length - 1).toBe(format === 'junit' ? 4 : 1);
    const one = await world.cli('validate', 'valid', '--format', format);
    expect([one.code, await faultsOf[format]?.(one.stdout)]).toEqual([0, []]);
  });

  it.each(formats)('%s has what could not be read in its one document', async (format) => {
    const world = await threeEnvironments();
    for (const args of [['valid', 'tset'], ['tset']]) {
      const { code, stdout, stderr } = await world.cli('validate', ...args, '--format', format);
      expect([args, code]).toEqual([args, 3]);
      expect(stderr).toMatch(/^error: .*no environment "tset"/mu);
      expect(stdout).toMatch(/no environment (\\?"|&quot;)tset/u);
      expect(await faultsOf[format]?.(stdout)).toEqual([]);
    }
    const rootless = await world.cli('validate', '--root', 'nowhere', '--format', format);
    expect([rootless.code, await faultsOf[format]?.(rootless.stdout)]).toEqual([1, []]);
    expect(rootless.stdout).toContain('nowhere can');
  });

  it.each(['github', 'gitlab', 'sarif'])('%s names files as the repository does', async (format) => {
    const world = await threeEnvironments();
    const folder = path.join(world.folder, 'infra');
    await mkdir(folder);
    await promisify(execFile)('git', ['init', '--quiet', world.folder]);
    for (const root of ['../environments', path.join(world.folder, 'environments')]) {
      const { stdout } = await run(['validate', 'dev', '--root', root, '--format', format], { cwd: folder });
      expect(stdout).toMatch(/[="]environments\/base\/ivr\.yaml/u);
      expect(stdout).not.toContain('../environments');
      expect(stdout).not.toContain(world.folder);
    }
  });

  it.each([...formats, 'text', 'json'])('%s obeys nothing that a manifest says', async (format) => {
    const world = await threeEnvironments();
    const name = '::error::x ##[group]y ##vso[z]\n::stop-commands::w ]]> <script> \u202e \u001b[2J %0A::debug::v';
    await world.write('dev/hostile.yaml', { ...engine(name), [name]: name });
    await mkdir(path.join(world.folder, 'environments/dev/##[debug]'));
    await world.write('dev/##[debug]/::notice::x.yaml', { kind: name });
    const { code, stdout, stderr } = await world.cli('validate', 'dev', '--format', format);
    expect(code).toBe(3);
    const commands = stdout.split('\n').filter((line) => /^\s*::/u.test(line));
    for (const line of commands) expect(line).toMatch(/^::(error|warning) file=[^:]*,line=\d+,col=\d+,title=[\w-]+::/u);
    expect(commands.length > 0).toBe(format === 'github');
    expect(dangers(`${stdout}${stderr}`.replaceAll(/^::/gmu, ''))).toEqual([]);
    expect((await faultsOf[format]?.(stdout)) ?? []).toEqual([]);
  });
});

describe.concurrent('the summary of a step in GitHub Actions', () => {
  it.each([...formats, 'text', 'json'])('is appended with --format %s', async (format) => {
    const world = await threeEnvironments();
    const file = path.join(world.folder, 'summary.md');
    await writeFile(file, 'before\n\n');
    const args = ['validate', '--format', format];
    const { code, stdout } = await world.cliWith({ env: { GITHUB_STEP_SUMMARY: file } }, ...args);
    expect([code, stdout]).toEqual([3, (await world.cli(...args)).stdout]);
    const summary = await readFile(file, 'utf8');
    expect(summary).toMatch(/^before\n\n### ❌ Manifests are not valid\n/u);
    for (const name of ['dev', 'prod', 'valid']) expect(summary).toContain(`| <code>${name}</code> |`);
    expect(summary.match(/^\| ❌ error /gmu)).toHaveLength(1);
  });

  it('is there too when the run ends early', async () => {
    const world = await threeEnvironments();
    const file = path.join(world.folder, 'summary.md');
    const run1 = await world.cliWith({ env: { GITHUB_STEP_SUMMARY: file } }, 'validate', 'tset');
    expect([run1.code, await readFile(file, 'utf8')]).toEqual([3, expect.stringContaining('**Not checked**')]);
  });

  it.each([
    ['valid', 0],
    ['dev', 3],
  ])('that can not be written is a warning: %s still ends with %i', async (name, exitCode) => {
    const world = await threeEnvironments();
    const env = { GITHUB_STEP_SUMMARY: path.join(world.folder, 'nowhere/summary.md') };
    const { code, stdout, stderr } = await world.cliWith({ env }, 'validate', name, '--format', 'sarif');
    expect(code).toBe(exitCode);
    expect(sarifFaults(stdout)).toEqual([]);
    expect(stderr).toMatch(
      /^warning: GITHUB_STEP_SUMMARY=.*: the summary can't be written there: there is no such file or folder \(ENOENT\)\n$/u,
    );
  });
});
