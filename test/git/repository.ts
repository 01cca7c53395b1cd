import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type FileIds, fileIds } from '../../src/git/file-ids.js';

/** A real repository in a temporary folder that is gone after the test. */
export interface Repository {
  readonly root: string;
  git(...args: string[]): string;
  write(file: string, content: string | Uint8Array): void;
  commit(): string;
  /** What a run that read these files knows of them; they and the result are below `folder`. */
  read(folder: string, ...files: string[]): Map<string, FileIds>;
}

/** What git takes from a user's own configuration must not decide a test. */
export const cleanEnvironment = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

export function makeRepository(format: 'sha1' | 'sha256' = 'sha1'): Repository {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'git-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...identity, ...args], { env: cleanEnvironment, encoding: 'utf8', stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main', `--object-format=${format}`);
  return {
    root,
    git,
    write(file, content) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), content);
    },
    commit() {
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message=a commit');
      return git('rev-parse', 'HEAD').trim();
    },
    read: (folder, ...files) =>
      new Map(files.map((file) => [file, fileIds(readFileSync(path.join(root, folder, file)))])),
  };
}
