import type { NamedSplit } from './engine-traffic.js';

/** The splits of each name added up, in percent; what is null adds nothing. */
export function sumByName(shares: Iterable<NamedSplit | null>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const share of shares) {
    if (share !== null) sums.set(share.name, (sums.get(share.name) ?? 0) + share.split);
  }
  return sums;
}
