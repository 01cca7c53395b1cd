import type { Clock } from '../model/clock.js';
import type { Deadline } from '../model/deadline.js';
import type { Mask } from '../model/mask.js';
import type { Proxy } from '../model/proxy.js';

/** A wait, to be shown to the user: of all requests for the rate limit, or of one before it is sent again. */
export type Wait =
  | {
      readonly reason: 'rate-limit';
      readonly ms: number;
      /** How many wait. */
      readonly requests: number;
    }
  | {
      readonly reason: 'retry';
      readonly ms: number;
      readonly method: string;
      readonly path: string;
      /** What became of the request before. */
      readonly because: string;
    };

/** A request that was sent, or could not be: for `--verbose`. Never a body, a header or a query. */
export interface RequestRecord {
  readonly method: string;
  readonly path: string;
  /** Absent when no status line arrived. */
  readonly status?: number;
  readonly ms: number;
  readonly correlationId: string;
  /** Why no status line arrived, with host and port; absent where one did. */
  readonly failure?: string;
}

export interface ConnectOptions {
  /** Checked before (docs/security.md, "Hosts"); the base URL may have a path, neither has a query. */
  readonly endpoint: { readonly baseUrl: string; readonly tokenUrl: string };
  /** For hosts off loopback. */
  readonly proxy?: Proxy;
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  /** The most requests at a time. */
  readonly concurrency: number;
  /** For one request, from its connection to the last byte of its answer. */
  readonly timeoutMs: number;
  /** Of cxone-gitops, for `User-Agent`. */
  readonly version: string;
  readonly clock: Clock;
  readonly random: { uuid(): string /** From 0 up to 1. */; fraction(): number };
  /** From then on nothing is sent: reads reject with a NetworkError, writes are `not-sent`. */
  readonly deadline?: Deadline;
  /** Called before each wait for a rate limit or a repeat. */
  onWait?(wait: Wait): void;
  onRequest?(request: RequestRecord): void;
  /**
   * What no message may quote, such as the values of headers; the client adds its secret and its tokens. By default it
   * has a mask of its own.
   */
  readonly mask?: Mask;
  /** Once aborted, no request is sent any more; those that are running finish. */
  readonly signal?: AbortSignal;
}
