/** One thing that is wrong with a request: `field` is a dotted path into its body, or a query parameter. */
export interface Detail {
  field: string;
  code: string;
  message: string;
}

/** A request that the API refuses. Thrown by the routes, turned into an answer in one place (app.ts). */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly Detail[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { details?: readonly Detail[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.details = more.details ?? [];
    this.headers = more.headers ?? {};
  }
}

/** Throws a 400 that lists `details`, and nothing when there are none. */
export function refuseInvalid(details: readonly Detail[]): void {
  const first = details[0];
  if (first === undefined) return;
  const others = details.length === 1 ? '' : ` (and ${details.length - 1} more)`;
  throw new Refusal(400, 'bad_request', `${first.field}: ${first.message}${others}`, { details });
}

/** The API's error body (docs/cxone-api.md, "Errors"). */
export function errorBody(refusal: Refusal, contextId: string): object {
  return {
    code: refusal.code,
    message: refusal.message,
    status: refusal.status,
    contextId,
    details: refusal.details,
    errors: [],
  };
}
