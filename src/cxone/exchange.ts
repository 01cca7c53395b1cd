/** One HTTP request; `target` is the path with its query, below `origin`. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly origin: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What kept a request from its complete answer. */
export interface Fault {
  readonly reason: string;
  /** True when the same request may well succeed a moment later. */
  readonly passing: boolean;
  /** The server took too long. */
  readonly isTimeout?: boolean;
  /** What the user can do about it. */
  readonly hint?: string;
}

/** An answer whose status line arrived. With a `fault` its body did not arrive whole and is empty here. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  /** Names in lower case; the first value where a header is repeated. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly fault?: Fault;
}

/** No byte of the request left this machine. */
export interface NotSent {
  readonly kind: 'not-sent';
  readonly fault: Fault;
}

/** The request may have arrived, and no status line came back. */
export interface Lost {
  readonly kind: 'lost';
  readonly fault: Fault;
}

/** How one request ended. The three cases are exact: a write is only ever in doubt after `Lost` or a 2xx with a fault. */
export type Exchange = Answer | NotSent | Lost;
