import { Refusal } from './refusal.js';

export const SCOPES = [
  'speech:engine:read',
  'speech:engine:write',
  'speech:model:read',
  'speech:profile:read',
  'webhook:read',
  'webhook:write',
  'analytics:speech:read',
  'audit:log:read',
  'audit:log:write',
] as const;
export type Scope = (typeof SCOPES)[number];

/** How long a token lives, in seconds. */
export const TOKEN_LIFETIME_S = 3600;

/** What an access token stands for. */
interface Grant {
  clientId: string;
  scopes: ReadonlySet<Scope>;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** The access tokens in circulation. They live in memory: after a restart every token is unknown, as after an outage. */
export class Tokens {
  readonly #grants = new Map<string, Grant>();
  readonly #clock: () => number;
  readonly #randomId: () => string;

  constructor(clock: () => number, randomId: () => string) {
    this.#clock = clock;
    this.#randomId = randomId;
  }

  /** A new token, good for TOKEN_LIFETIME_S seconds. */
  issue(clientId: string, scopes: ReadonlySet<Scope>): string {
    const now = this.#clock();
    for (const [token, grant] of this.#grants) {
      if (grant.expiresAt > now) break;
      this.#grants.delete(token);
    }
    const token = `sim-${this.#randomId()}`;
    this.#grants.set(token, { clientId, scopes, expiresAt: now + TOKEN_LIFETIME_S * 1000 });
    return token;
  }

  /** Makes every token that is out expire now. */
  expireAll(): void {
    const now = this.#clock();
    for (const grant of this.#grants.values()) grant.expiresAt = Math.min(grant.expiresAt, now);
  }

  /**
   * The grant behind an Authorization header.
   * @throws Refusal 401 when the header has no good token, or the token lacks `scope` (the message names it).
   */
  authorize(header: string | undefined, scope: Scope): Grant {
    const grant = this.#grants.get(/^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '');
    if (header === undefined) throw unauthorized('The request has no Authorization header.', 'invalid_request');
    if (grant === undefined) throw unauthorized('The access token is unknown or has expired.', 'invalid_token');
    if (grant.expiresAt <= this.#clock()) throw unauthorized('The access token has expired.', 'invalid_token');
    if (grant.scopes.has(scope)) return grant;
    throw unauthorized(`The access token of ${grant.clientId} lacks the scope ${scope}.`, 'insufficient_scope', scope);
  }
}

function unauthorized(message: string, error: string, scope?: Scope): Refusal {
  const challenge = `Bearer error="${error}"${scope === undefined ? '' : `, scope="${scope}"`}`;
  const details = scope === undefined ? [] : [{ field: 'scope', code: 'missing_scope', message: scope }];
  const code = scope === undefined ? 'unauthorized' : 'missing_scope';
  return new Refusal(401, code, message, { details, headers: { 'WWW-Authenticate': challenge } });
}
