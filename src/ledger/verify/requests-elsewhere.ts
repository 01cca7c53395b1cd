import type { Entry } from '../entry.js';

/** The requests of a ledger that went to other endpoints than the one that is asked: what asks this one, says nothing of them. */
export interface RequestsElsewhere {
  add(entry: Entry): void;
  /** A sentence for the verdict; none where there are none. */
  notes(): string[];
}

/** Counts them. An endpoint that is spelled in another way is another one. */
export function requestsElsewhere(endpoint: string): RequestsElsewhere {
  let count = 0;
  return {
    add(entry) {
      if (entry.kind === 'intent' && entry.endpoint !== endpoint) count += 1;
    },
    notes: () =>
      count === 0
        ? []
        : [`requests of the ledger to other endpoints, which were not looked at: ${count.toLocaleString('en')}`],
  };
}
