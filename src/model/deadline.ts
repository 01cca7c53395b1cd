/** When the time of a run is over: from then on nothing is sent, and no wait is begun that would end later. */
export interface Deadline {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What `--time-limit` was, in seconds. */
  readonly seconds: number;
}

/** What is said of what a deadline kept from being done. */
export function deadlineWords({ seconds }: Deadline): { readonly reason: string; readonly hint: string } {
  return {
    reason: `the run's time limit of ${seconds} s is over`,
    hint: 'Run it again: it goes on where this run ended. --time-limit SECONDS gives it more time.',
  };
}
