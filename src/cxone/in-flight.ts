/** How many requests may be in flight: additive increase, multiplicative decrease. */
export interface InFlight {
  /** From 1 up to the ceiling. */
  limit(): number;
  /** An answer came that is no sign of overload. */
  passed(): void;
  /** The server is overloaded: call it once for each round of requests that were in flight together. */
  overloaded(): void;
}

const firstLimit = 4;

/**
 * The limit grows by one when as many requests as it allows have passed, and is halved when the server is overloaded. The
 * first request after that goes alone: if it is refused too, it is one that is refused and not a herd.
 */
export function openInFlight(ceiling: number): InFlight {
  let limit = Math.min(firstLimit, ceiling);
  let passed = 0;
  let probing = false;
  return {
    limit: () => (probing ? 1 : limit),
    passed() {
      probing = false;
      passed += 1;
      if (passed < limit) return;
      passed = 0;
      limit = Math.min(limit + 1, ceiling);
    },
    overloaded() {
      probing = true;
      passed = 0;
      limit = Math.max(1, Math.floor(limit / 2));
    },
  };
}
