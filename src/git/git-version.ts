import type { Git } from './git.js';

/** Of `git version 2.39.5 (Apple Git-154)`: [2, 39]. Undefined where git does not say. */
export async function gitVersion(git: Git, folder: string): Promise<GitVersion | undefined> {
  const said = (await git(folder, ['version']))?.toString('utf8') ?? '';
  const [, major, minor] = /^git version (\d+)\.(\d+)/.exec(said) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

export type GitVersion = readonly [major: number, minor: number];

/** True for a version that is known to come before another one. */
export function isBefore(version: GitVersion | undefined, [major, minor]: GitVersion): boolean {
  if (version === undefined) return false;
  return version[0] < major || (version[0] === major && version[1] < minor);
}
