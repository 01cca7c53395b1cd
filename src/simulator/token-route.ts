import { Hono } from 'hono';
import { scopesOf } from './client.js';
import type { Exchange, Simulation } from './simulation.js';
import { SCOPES, type Scope, TOKEN_LIFETIME_S } from './tokens.js';

/** `POST /oauth/token`: the client credentials grant. Errors are OAuth's `{ error, error_description }`. */
export function tokenRoute(sim: Simulation): Hono<Exchange> {
  return new Hono<Exchange>().post('/', (c) => {
    const outcome = grant(sim, c.req.header('Content-Type'), c.env.body.toString('utf8'));
    c.header('Cache-Control', 'no-store');
    if (!('error' in outcome)) return c.json(outcome);
    return c.json({ error: outcome.error, error_description: outcome.description }, outcome.status);
  });
}

interface TokenError {
  status: 400 | 401;
  error: string;
  description: string;
}

interface TokenAnswer {
  access_token: string;
  token_type: 'Bearer';
  /** Seconds. */
  expires_in: number;
  scope: string;
}

function grant(sim: Simulation, contentType: string | undefined, body: string): TokenAnswer | TokenError {
  if (!/^application\/x-www-form-urlencoded\b/i.test(contentType ?? '')) {
    return invalid('invalid_request', 'The body must be application/x-www-form-urlencoded.');
  }
  const form = new URLSearchParams(body);
  for (const name of ['client_id', 'client_secret', 'grant_type']) {
    if (form.getAll(name).length !== 1) return invalid('invalid_request', `${name} must be given exactly once.`);
  }
  if (form.get('grant_type') !== 'client_credentials') {
    return invalid('unsupported_grant_type', 'grant_type must be client_credentials.');
  }
  const clientId = form.get('client_id') ?? '';
  if (clientId === '') return invalid('invalid_request', 'client_id must not be empty.');
  if (form.get('client_secret') !== SECRET) {
    return { status: 401, error: 'invalid_client', description: 'The client is unknown or its secret is wrong.' };
  }
  const scopes = wantedScopes(scopesOf(sim.store.clients, clientId), form.get('scope'));
  if (scopes === undefined)
    return invalid('invalid_scope', 'scope names one that there is not, or none that the client has.');
  return {
    access_token: sim.tokens.issue(clientId, scopes),
    token_type: 'Bearer',
    expires_in: TOKEN_LIFETIME_S,
    scope: [...scopes].join(' '),
  };
}

/** The one secret; public by design, and good for nothing but a simulator. */
const SECRET = 'simulator-secret';

/** The scopes that a client has, narrowed to what it asks for; undefined when that can't be. */
function wantedScopes(has: ReadonlySet<Scope>, asked: string | null): ReadonlySet<Scope> | undefined {
  if (asked === null || asked.trim() === '') return has;
  const names = asked.trim().split(/ +/);
  if (!names.every((name) => SCOPES.some((scope) => scope === name))) return undefined;
  const narrowed = new Set([...has].filter((scope) => names.includes(scope)));
  return narrowed.size === 0 ? undefined : narrowed;
}

function invalid(error: string, description: string): TokenError {
  return { status: 400, error, description };
}
