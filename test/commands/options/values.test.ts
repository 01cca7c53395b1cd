import { readdir } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { engine } from '../../cli/manifests.js';
import type { Run } from '../../cli/program.js';
import { runInside } from '../../cli/run-inside.js';
import { closeWorlds, openWorld } from '../../cli/world.js';

afterAll(closeWorlds);

const folder = '/nonexistent';

/** The command line with these variables; its folder is not there, so that what is not refused fails in another way. */
async function refused(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const run = await runInside(args, { cwd: folder, env: { HOME: '/home/alice', ...env } });
  expect([args, run.code]).toEqual([args, 3]);
  return run;
}

describe('an empty value', () => {
  it.each([
    ['--ledger', ['plan', 'dev', '--ledger', '']],
    ['--ledger', ['plan', 'dev', '--ledger=']],
    ['--root', ['validate', '--root', ' ']],
    ['--only', ['plan', 'dev', '--only', 'A', '--only', '']],
    ['--allow-host', ['plan', 'dev', '--allow-host', '']],
    ['--endpoint', ['plan', 'dev', '--endpoint', '']],
    ['--accept-trust', ['apply', 'dev', '--accept-trust', '']],
    ['--trust-ref', ['plan', 'dev', '--trust-ref', '']],
    ['--plan', ['apply', 'dev', '--plan', '']],
    ['--override', ['apply', 'dev', '--override', '']],
    ['--env-file', ['plan', 'dev', '--env-file', '']],
    ['--explain', ['validate', '--explain', '']],
    ['--public-key', ['audit', 'verify', '--public-key', '']],
    ['--checkpoint', ['audit', 'verify', '--checkpoint', '']],
    ['--new-key', ['audit', 'rotate', 'dev', '--new-key', '']],
    ['--actor', ['audit', 'show', '--actor', '']],
    ['--out', ['schema', '--out', '']],
    ['--org-id', ['init', '--org-id', '']],
    ['--state', ['simulate', '--state', '']],
    ["argument 'dir'", ['init', '']],
    ["argument 'env'", ['plan', '']],
    ["argument 'env'", ['validate', 'dev', '']],
    ["argument 'file'", ['audit', 'hash', '']],
    ["argument 'kind'", ['schema', '']],
  ])('of %s is refused: %j', async (name, args) => {
    expect((await refused(args)).stderr).toContain(`error: ${name}: the value is empty\n`);
  });

  it.each(['LEDGER', 'ONLY', 'ALLOW_HOST', 'ACCEPT_TRUST', 'TIMEOUT', 'FORMAT', 'ENV_FILE'])(
    'of CXONE_GITOPS_%s is refused',
    async (name) => {
      const variable = `CXONE_GITOPS_${name}`;
      for (const value of ['', ' \n']) {
        const { stderr } = await refused(['apply', 'dev'], { [variable]: value });
        expect(stderr).toContain(`error: ${variable}: the value is empty\nhint: Set it to a`);
      }
    },
  );

  it('of a variable counts neither for a flag nor beside the option itself', async () => {
    const env = { CXONE_GITOPS_QUIET: '', CXONE_GITOPS_ROOT: '' };
    const run = await runInside(['validate', '--root', 'nowhere'], { cwd: folder, env });
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('nowhere')]);
  });
});

describe('a path that no shell expanded', () => {
  it.each([
    ['--ledger ~/l', 'Write /home/alice/l.', ['plan', 'dev', '--ledger', '~/l']],
    ['--ledger ~/l', 'Write /home/alice/l.', ['plan', 'dev', '--ledger=~/l']],
    ['--ledger ~', 'Write /home/alice.', ['audit', 'show', '--ledger', '~']],
    ['--ledger ~bob/l', 'Write the absolute path.', ['plan', 'dev', '--ledger', '~bob/l']],
    ['--root $HOME/e', 'Write the absolute path.', ['validate', '--root', '$HOME/e']],
    ['--out ~/p', 'Write /home/alice/p.', ['plan', 'dev', '--out', '~/p']],
    ['--out ~/s', 'Write /home/alice/s.', ['schema', '--out', '~/s']],
    ['--out ~/k', 'Write /home/alice/k.', ['audit', 'keygen', '--out', '~/k']],
    ['--plan ~/p', 'Write /home/alice/p.', ['apply', 'dev', '--plan', '~/p']],
    ['--plans ~/p', 'Write /home/alice/p.', ['audit', 'verify', '--plans', '~/p']],
    ['--public-key ~/k', 'Write /home/alice/k.', ['audit', 'verify', '--public-key', '~/k']],
    ['--checkpoint ~/c', 'Write /home/alice/c.', ['audit', 'verify', '--checkpoint', 'a', '--checkpoint', '~/c']],
    ['--sign-key ~/k', 'Write /home/alice/k.', ['apply', 'dev', '--sign-key', '~/k']],
    ['--new-key ~/k', 'Write /home/alice/k.', ['audit', 'rotate', 'dev', '--new-key', '~/k']],
    ['--env-file ~/e', 'Write /home/alice/e.', ['plan', 'dev', '--env-file', '~/e']],
    ['--state ~/s', 'Write /home/alice/s.', ['simulate', '--state', '~/s']],
    ['--faults ~/f', 'Write /home/alice/f.', ['simulate', '--faults', '~/f']],
    ["argument 'dir' ~/d", 'Write /home/alice/d.', ['init', '~/d']],
    ["argument 'file' ~/f", 'Write /home/alice/f.', ['audit', 'hash', '~/f']],
  ])('is refused: %s. %s', async (named, hint, args) => {
    const { stderr } = await refused(args);
    expect(stderr).toContain(`error: ${named}: no shell expanded `);
    expect(stderr).toContain(hint);
  });

  it('is refused in a variable, too', async () => {
    const { stderr } = await refused(['plan', 'dev'], { CXONE_GITOPS_LEDGER: '~/l' });
    expect(stderr).toContain('error: CXONE_GITOPS_LEDGER ~/l: no shell expanded ~');
  });

  it('is one whose name it really is, after ./', async () => {
    const run = await runInside(['validate', '--root', './~/e'], { cwd: folder });
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('./~/e')]);
  });
});

describe('--allow-host', () => {
  it.each(['https://a.example.com', '*', '8443'])('refuses %s, which can match no host', async (host) => {
    const { stderr } = await refused(['plan', 'dev', '--allow-host', 'b.example.com', '--allow-host', host]);
    expect(stderr).toContain(`error: --allow-host ${host}: `);
    const env = { CXONE_GITOPS_ALLOW_HOST: `b.example.com\n${host}\n` };
    expect((await refused(['plan', 'dev'], env)).stderr).toContain(`error: CXONE_GITOPS_ALLOW_HOST ${host}: `);
  });

  it('does not repeat what may be a password', async () => {
    const { stderr } = await refused(['plan', 'dev', '--allow-host', 'https://me:pass-word@a.example.com']);
    expect(stderr).toContain('error: --allow-host: it is a URL');
    expect(stderr).not.toContain('pass-word');
  });
});

describe('an unknown variable', () => {
  it.each([
    ['CXONE_GITOPS_TIMEOT', 'Did you mean CXONE_GITOPS_TIMEOUT?'],
    ['cxone_gitops_timeout', 'Did you mean CXONE_GITOPS_TIMEOUT?'],
    ['CXONE_GITOPS_SIGNINGKEY', 'Did you mean CXONE_GITOPS_SIGNING_KEY?'],
    ['CXONE_GITOPS_FOO_BAR', 'Correct the name, or remove it: `unset CXONE_GITOPS_FOO_BAR`.'],
    ['CXONE_GITOPS_HELP', 'Correct the name'],
    ['CXONE_GITOPS_', 'Correct the name'],
  ])('%s is an error, and its value is not shown', async (name, hint) => {
    for (const args of [['plan', 'dev'], ['schema'], ['simulate'], ['audit', 'keygen']]) {
      const { stderr } = await refused(args, { [name]: 'a-value-of-it' });
      expect(stderr).toContain(`error: ${name}: cxone-gitops has no such variable`);
      expect(stderr).toContain(hint);
      expect(stderr).not.toContain('a-value-of-it');
    }
  });

  it('is named together with the others, and each that is meant', async () => {
    const env = { CXONE_GITOPS_LEGER: 'x', CXONE_GITOPS_ROOTS: 'y', CXONE_GITOPS_X1: '', CXONE_GITOPS_X2: '' };
    const { stderr } = await refused(['plan', 'dev'], { ...env, CXONE_GITOPS_X3: '', CXONE_GITOPS_X4: '' });
    expect(stderr).toMatch(/LEGER, CXONE_GITOPS_ROOTS, .*X3, and 1 more: cxone-gitops has no such variable/);
    expect(stderr).toContain('Did you mean CXONE_GITOPS_LEDGER, CXONE_GITOPS_ROOT?');
  });

  it('is none that another command has, or that is no option', async () => {
    const env = {
      CXONE_GITOPS_AUTO_APPROVE: 'true',
      CXONE_GITOPS_LATENCY: '5',
      CXONE_GITOPS_SIGNING_KEY: 'x',
      CXONE_GITOPS_RUN_KIND: 'push',
    };
    expect((await runInside(['schema', 'plan'], { cwd: folder, env })).code).toBe(0);
  });

  it('does not keep help from being shown', async () => {
    expect((await runInside(['plan', '--help'], { cwd: folder, env: { CXONE_GITOPS_TIMEOT: '5' } })).code).toBe(0);
  });
});

it("a repeatable option's variable has a value on each line", async () => {
  const world = await openWorld();
  await world.write('dev/a.yaml', engine('IVR'), engine('Sales'), engine('Other'));
  const env = { CXONE_GITOPS_ONLY: 'SpeechEngine/IVR@*\r\n\n  SpeechEngine/Sales@*\n' };
  const run = await runInside(['validate', 'dev'], { cwd: world.folder, env });
  expect(run.code).toBe(0);
  const planned = await world.cliWith({ env }, 'plan', 'dev', '--format', 'json');
  expect(JSON.parse(planned.stdout)).toMatchObject({
    only: ['SpeechEngine/IVR@*', 'SpeechEngine/Sales@*'],
    summary: { create: 2 },
  });
  expect(await readdir(world.folder)).not.toContain('~');
});
