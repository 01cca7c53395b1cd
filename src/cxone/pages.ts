import type { Json } from '../model/json.js';
import { KnownError } from '../model/known-error.js';
import type { CallOptions, Calls } from './calls.js';
import { type Declined, type ReadResult, readObject } from './read.js';

export interface Listing<Row> extends CallOptions {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Reads one row; `place` names it for an error. Undefined leaves it out of the list. */
  readRow(row: Json, place: string): { readonly id: string; readonly row: Row } | undefined;
}

/** The server has no such list (docs/cxone-api.md: lists are assumed). */
export type Unsupported = 'unsupported';

/** More rows a page mean fewer requests; 100 is assumed, 50 is stated. */
const pageSizes = [100, 50] as const;
const maxPages = 10_000;
const maxRows = 1_000_000;
/** What its pages hold together; objects of JSON take several times as much memory. */
const maxMebibytes = 128;
const maxTokenLength = 4096;
const noSuchList = [404, 405, 501];
/** How the API may answer a page token that has expired. */
const expiredToken = [400, 410];

/**
 * Reads every page of a list. Rows that are repeated, as happens when rows are added meanwhile, are folded by id; the
 * last one counts. A listing whose token is refused on the way, as an expired one is, is read once more from its first page.
 * `'unsupported'` when the API says that there is no such list.
 * @throws KnownError as readObject does, and ApiError for a listing without end or with a row that can't be used.
 */
export async function listPages<Row>(calls: Calls, listing: Listing<Row>): Promise<Row[] | Unsupported> {
  const once = await listOnce(calls, listing, expiredToken);
  // What was read so far is of then; the list is read as it is now.
  const rows = once === 'expired' ? await listOnce(calls, listing, []) : once;
  if (rows === 'expired') throw new Error('readObject declined a status that was not accepted');
  return rows;
}

/** As listPages; `'expired'` when a page after the first is answered with one of the statuses given. */
async function listOnce<Row>(
  calls: Calls,
  listing: Listing<Row>,
  expired: readonly number[],
): Promise<Row[] | Unsupported | 'expired'> {
  const rows = new Map<string, Row>();
  const seen = new Set<string>();
  let read = 0;
  let bytes = 0;
  const first = await firstPage(calls, listing);
  if ('declined' in first) return 'unsupported';

  let result: ReadResult = first.result;
  for (let number = 1; ; number += 1) {
    bytes += result.bytes;
    if (bytes > maxMebibytes * 1024 * 1024) {
      throw broken(listing, `the list is larger than ${maxMebibytes} MiB`, result);
    }
    for (const [index, entity] of entitiesOf(result, listing).entries()) {
      const one = listing.readRow(entity, `row ${index + 1} of page ${number} of GET ${listing.path}`);
      if (one !== undefined) rows.set(one.id, one.row);
      read += 1;
    }
    const token = nextToken(result, listing);
    if (token === undefined) return [...rows.values()];
    if (seen.has(token)) throw broken(listing, `page ${number} leads back to a page before it`, result);
    if (number >= maxPages) throw broken(listing, `the list has more than ${maxPages} pages`, result);
    if (read > maxRows) throw broken(listing, `the list has more than ${maxRows} rows`, result);
    seen.add(token);
    const query = { ...listing.query, pageSize: String(first.pageSize), pageToken: token };
    const next = await readObject(calls, { ...callOf(listing), query }, expired);
    if ('declined' in next) return 'expired';
    result = next;
  }
}

/** The first page, and the page size that the server takes. */
async function firstPage<Row>(
  calls: Calls,
  listing: Listing<Row>,
): Promise<{ result: ReadResult; pageSize: number } | Declined> {
  const [most, stated] = pageSizes;
  const { query } = listing;
  const large = await readObject(calls, { ...callOf(listing), query: { ...query, pageSize: String(most) } }, [
    400,
    ...noSuchList,
  ]);
  if (!('declined' in large)) return { result: large, pageSize: most };
  if (large.declined !== 400) return large;
  const small = await readObject(
    calls,
    { ...callOf(listing), query: { ...query, pageSize: String(stated) } },
    noSuchList,
  );
  return 'declined' in small ? small : { result: small, pageSize: stated };
}

function callOf<Row>({ path, signal, finishes }: Listing<Row>): { readonly path: string } & CallOptions {
  return { path, ...(signal !== undefined && { signal }), ...(finishes !== undefined && { finishes }) };
}

function entitiesOf<Row>(result: ReadResult, listing: Listing<Row>): Json[] {
  const { entities } = result.object;
  if (!Array.isArray(entities)) throw broken(listing, 'a page has no list "entities"', result);
  return entities;
}

/** A listing ends when the token is null, empty or absent. */
function nextToken<Row>(result: ReadResult, listing: Listing<Row>): string | undefined {
  const token = result.object['nextPageToken'] ?? '';
  if (typeof token !== 'string' || token.length > maxTokenLength) {
    throw broken(listing, 'a page has a "nextPageToken" that is no short text', result);
  }
  return token === '' ? undefined : token;
}

function broken<Row>(listing: Listing<Row>, fault: string, { correlationId }: ReadResult): KnownError {
  return new KnownError('ApiError', `GET ${listing.path}: ${fault}. Correlation id ${correlationId}`);
}
