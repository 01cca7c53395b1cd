import type { Context } from 'hono';
import type { JsonObject } from './json-object.js';
import { Refusal } from './refusal.js';
import type { Exchange, Simulation } from './simulation.js';

/** A listing: its rows in a stable order, which of them are in it, and how each is answered. */
interface Listing<Row> {
  /** Names the listing and its filters; page tokens are bound to it. */
  key: string;
  rows: readonly Row[];
  includes?: (row: Row) => boolean;
  present: (row: Row) => JsonObject;
}

/**
 * Answers one page: `{ entities, nextPageToken }`, the token null on the last one. pageSize is 1 to 100, 50 if absent.
 * @throws Refusal 400 for a bad pageSize or pageToken.
 */
export function listPage<Row>(c: Context<Exchange>, sim: Simulation, listing: Listing<Row>): Response {
  const pageSize = readPageSize(c.req.query('pageSize'));
  const token = c.req.query('pageToken') ?? '';
  const start = token === '' ? 0 : sim.pageTokens.position(listing.key, token);
  const entities: JsonObject[] = [];
  let position = start;
  for (; position < listing.rows.length; position += 1) {
    const row = listing.rows[position];
    if (row === undefined || listing.includes?.(row) === false) continue;
    if (entities.length === pageSize) break;
    entities.push(listing.present(row));
  }
  if (c.env.fault?.kind === 'page-loop') {
    return c.json({ entities, nextPageToken: token === '' ? sim.pageTokens.issue(listing.key, start) : token });
  }
  const more = position < listing.rows.length;
  return c.json({ entities, nextPageToken: more ? sim.pageTokens.issue(listing.key, position) : null });
}

/** Throws the 405 of a listing that `--assume` has switched off. */
export function refuseListing(allow: string): never {
  throw new Refusal(405, 'method_not_allowed', 'This collection can not be listed.', { headers: { Allow: allow } });
}

function readPageSize(text: string | undefined): number {
  if (text === undefined) return 50;
  const size = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (size >= 1 && size <= 100) return size;
  const message = 'must be an integer from 1 to 100';
  throw new Refusal(400, 'bad_request', `pageSize: ${message}.`, {
    details: [{ field: 'pageSize', code: 'range', message }],
  });
}
