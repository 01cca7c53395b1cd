import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openGit } from '../../src/git/git.js';
import { folderSource } from '../../src/manifest/folder-source.js';
import { gitSource } from '../../src/manifest/git-source.js';
import { listEnvironments } from '../../src/manifest/list-environments.js';
import { loadEnvironment } from '../../src/manifest/load-environment.js';

const environment = 'apiVersion: cxone-gitops/v1\nkind: Environment\nspec:\n  orgId: example-dev\n';
const engine = (split: number) =>
  `apiVersion: cxone-gitops/v1\nkind: SpeechEngine\nmetadata:\n  name: IVR\nspec:\n  version: 1.0.0\n` +
  `  acousticModelId: a\n  languageProfileId: b\n  trafficSplit: ${split}\n`;

let folder = '';
let root = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'manifests-'));
  root = path.join(folder, 'config/environments');
  git('init', '--quiet', '--initial-branch=main');
  write('env/environment.yaml', environment);
  write('env/a.yaml', engine(10));
  commit();
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...identity, ...args], { cwd: folder, stdio: 'ignore' });
}

function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '--message=manifests');
}

function write(file: string, content: string): void {
  const full = path.join(root, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, content);
}

async function at(ref: string) {
  return gitSource(openGit({ PATH: process.env['PATH'] }), root, ref);
}

describe('manifests at a git ref', () => {
  it('are those of the commit, whatever the folder holds now', async () => {
    const before = await loadEnvironment(folderSource(root), 'env');
    write('env/a.yaml', engine(20));
    write('new/environment.yaml', environment);
    const committed = await loadEnvironment(await at('main'), 'env');
    expect(committed).toEqual(before);
    expect(await listEnvironments(await at('HEAD'))).toEqual(['env']);
    expect((await loadEnvironment(folderSource(root), 'env')).manifestHash).not.toBe(before.manifestHash);
  });

  it('are refused where the commit holds a link', async () => {
    write('shared/b.yaml', engine(0));
    symlinkSync('../shared', path.join(root, 'env/more'));
    symlinkSync('../shared/b.yaml', path.join(root, 'env/b.yaml'));
    commit();
    const { problems } = await loadEnvironment(await at('main'), 'env');
    expect(problems.map(({ file, code }) => `${path.basename(file)} ${code}`)).toEqual([
      'b.yaml not-a-file',
      'more not-a-file',
    ]);
  });

  it('are not there for a ref that is none, or that looks like an option', async () => {
    for (const ref of ['nothing', '--output=/tmp/x', '']) {
      await expect(at(ref)).rejects.toMatchObject({ code: 'OptionError' });
    }
  });
});
