import { matchesPattern } from '../model/matches-pattern.js';

/** A test for printed identities against `--only` patterns. Without patterns, everything is selected. */
export function onlySelector(patterns: readonly string[]): (identity: string) => boolean {
  if (patterns.length === 0) return () => true;
  return (identity) => patterns.some((pattern) => matchesPattern(pattern, identity));
}
