import type { TrafficIndex } from '../../traffic/traffic-index.js';
import type { Comparison } from '../planned-change.js';

/** What guardrails judge. */
export interface GuardedPlan {
  readonly environment: string;
  /** Every manifest held against live. */
  readonly compared: readonly Comparison[];
  /** Those of them that this apply would change. */
  readonly changes: readonly Comparison[];
  readonly traffic: TrafficIndex;
  readonly now: Now;
}

export interface Now {
  /** By this machine's clock, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly ms: number;
  /** How far CXone's clock is ahead of it, in milliseconds; undefined where no answer has told. */
  readonly skewMs: number | undefined;
}
