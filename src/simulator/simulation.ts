import type { Assumptions } from './assumptions.js';
import type { Tier } from './catalogue.js';
import type { ActiveFault } from './faults.js';
import type { PageTokens } from './page-tokens.js';
import type { Store } from './store.js';
import type { Tokens } from './tokens.js';

/** What every route of the API works on. */
export interface Simulation {
  readonly org: string;
  readonly tier: Tier;
  readonly assume: Assumptions;
  readonly store: Store;
  readonly tokens: Tokens;
  readonly pageTokens: PageTokens;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly randomId: () => string;
}

/** What the edge hands to a route beside the request; the shape is Hono's. */
export interface Exchange {
  Bindings: {
    /** The whole request body. */
    body: Buffer;
    /** The fault that acts on this request, if any. */
    fault: ActiveFault | undefined;
    /** The request's CorrelationId, or the one made for it. */
    correlationId: string;
  };
}

/** The simulator's time as the API writes it. */
export function timestamp(sim: Pick<Simulation, 'clock'>): string {
  return new Date(sim.clock()).toISOString();
}
