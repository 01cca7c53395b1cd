/** A rate limit as a token bucket: it holds `burst` tokens and refills evenly, so many a minute. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #clock: () => number;
  #tokens: number;
  #filledAt: number;

  /** `burst` is what ten seconds refill, one at the least. */
  constructor(perMinute: number, clock: () => number) {
    this.#perMs = perMinute / 60_000;
    this.#burst = Math.max(1, Math.ceil(perMinute / 6));
    this.#clock = clock;
    this.#tokens = this.#burst;
    this.#filledAt = clock();
  }

  /** Takes a token and answers 0; or takes none and answers how many milliseconds there is none. */
  take(): number {
    const now = this.#clock();
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
    // A token that is there but for a rounding error is there.
    if (this.#tokens < 1 - 1e-9) return (1 - this.#tokens) / this.#perMs;
    this.#tokens = Math.max(0, this.#tokens - 1);
    return 0;
  }
}
