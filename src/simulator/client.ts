import { SCOPES, type Scope } from './tokens.js';

/** What the state says of a client; a client that it does not name has every scope and the administrator's role. */
export interface Client {
  scopes?: readonly Scope[];
  role?: string;
}

/** The one role that may change speech engines (docs/cxone-api.md). */
export const ADMINISTRATOR = 'Speech Administrator';

/**
 * The scopes that a client has: those the state gives it, else all of them. An id that ends in
 * `.without:<scope>[,<scope>]` lacks those, so that a missing scope can be tried without any preparation.
 */
export function scopesOf(clients: ReadonlyMap<string, Client>, clientId: string): ReadonlySet<Scope> {
  const given = clients.get(clientId)?.scopes;
  if (given !== undefined) return new Set(given);
  const without = /\.without:(.+)$/.exec(clientId)?.[1]?.split(',') ?? [];
  return new Set(SCOPES.filter((scope) => !without.includes(scope)));
}

/** The role of a client: the state's, else Speech Viewer for an id that ends in `.viewer`, else the administrator's. */
export function roleOf(clients: ReadonlyMap<string, Client>, clientId: string): string {
  return clients.get(clientId)?.role ?? (clientId.endsWith('.viewer') ? 'Speech Viewer' : ADMINISTRATOR);
}
