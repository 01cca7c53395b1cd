import { sha256 } from '../model/hash.js';
import type { Problem } from '../model/problem.js';

/**
 * A fingerprint for each problem, by which a forge knows it again in the next run: SHA-256 of its code, file, JSON Pointer
 * and message, and of how many like it came before. Lines are not in it, so it stays when the place moves. All differ:
 * of two alike, GitLab drops one.
 */
export function problemFingerprints(problems: readonly Problem[]): string[] {
  const before = new Map<string, number>();
  return problems.map(({ code, file, path, message }) => {
    const key = JSON.stringify([code, file, path, message]);
    const ordinal = before.get(key) ?? 0;
    before.set(key, ordinal + 1);
    return sha256(`cxone-gitops-problem/v1\n${ordinal}\n${key}`);
  });
}
