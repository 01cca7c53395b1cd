import type { Live } from '../../model/resource.js';
import type { Comparison } from '../planned-change.js';
import type { LiveTraffic } from './live-traffic.js';

/** What guardrails judge. */
export interface GuardedPlan {
  readonly environment: string;
  /** Every manifest held against live. */
  readonly compared: readonly Comparison[];
  /** Those of them that this apply would change. */
  readonly changes: readonly Comparison[];
  readonly traffic: LiveTraffic;
  readonly now: Now;
}

/** What it takes to make one. */
export interface PlanParts extends Pick<GuardedPlan, 'environment' | 'compared' | 'changes' | 'now'> {
  readonly unmanaged: readonly Live[];
}

export interface Now {
  /** By this machine's clock, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly ms: number;
  /** How far CXone's clock is ahead of it, in milliseconds; undefined where no answer has told. */
  readonly skewMs: number | undefined;
}
