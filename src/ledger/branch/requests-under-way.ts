import type { Entry } from '../entry.js';

/** What a run's own entries tell of its requests. */
export interface RequestsUnderWay {
  /** In the order of the ledger; an entry that says what became of a request need not be durable. */
  written(entry: Entry): void;
  /** All entries up to this number are durable: the requests that they announce leave. */
  durable(seq: number): void;
  /** Whether one has left of which no entry says what became of it. */
  any(): boolean;
}

export function requestsUnderWay(): RequestsUnderWay {
  /** The numbers of announcing entries by what later ones call their subject. */
  const announced = new Map<number, number>();
  let durableTo = 0;
  return {
    written(entry) {
      if (entry.kind === 'intent') announced.set(entry.seq, entry.seq);
      else if (entry.kind === 'delivering') announced.set(entry.outcome, entry.seq);
      else if (entry.kind === 'outcome') announced.delete(entry.intent);
      else if (entry.kind === 'delivered' || entry.kind === 'delivery-unknown') announced.delete(entry.outcome);
      else if (entry.kind === 'resolved') announced.delete(entry.subject);
    },
    durable(seq) {
      durableTo = seq;
    },
    any: () => [...announced.values()].some((seq) => seq <= durableTo),
  };
}
