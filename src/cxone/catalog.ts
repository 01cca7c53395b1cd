import type { CatalogModel, CatalogProfile } from '../model/generated/catalog.js';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { CallOptions, Calls } from './calls.js';
import { oneLine } from './one-line.js';
import { listPages, type Unsupported } from './pages.js';
import { isRemoteId } from './remote-id.js';

/** One of the catalogue's lists, sorted by id. */
export interface CatalogRows<Row> {
  readonly rows: Row[];
  /** How many rows were left out, because no manifest could name their ids. */
  readonly unusable: number;
}

/** The acoustic models that the organisation has (docs/cxone-api.md, "The catalogue"). Throws as listPages does. */
export function listModels(calls: Calls, options?: CallOptions): Promise<CatalogRows<CatalogModel> | Unsupported> {
  return listRows(calls, { ...options, path: '/api/v2/speech/models' }, (id, row) => ({
    id,
    ...member('name', nameOf(row)),
    ...member('locale', termOf(row['locale'])),
    ...member('tier', termOf(row['tier'])),
    ...member('features', featuresOf(row)),
    ...member('status', termOf(row['status'])),
  }));
}

/** The language profiles that the organisation has, likewise. */
export function listProfiles(calls: Calls, options?: CallOptions): Promise<CatalogRows<CatalogProfile> | Unsupported> {
  return listRows(calls, { ...options, path: '/api/v2/speech/profiles' }, (id, row) => ({
    id,
    ...member('name', nameOf(row)),
    ...member('locale', termOf(row['locale'])),
    ...member('status', termOf(row['status'])),
  }));
}

async function listRows<Row extends { id: string }>(
  calls: Calls,
  listing: { readonly path: string } & CallOptions,
  toRow: (id: string, row: JsonObject) => Row,
): Promise<CatalogRows<Row> | Unsupported> {
  let unusable = 0;
  const rows = await listPages(calls, {
    ...listing,
    readRow: (row: Json) => {
      const id = isJsonObject(row) ? row['id'] : undefined;
      if (isJsonObject(row) && isRemoteId(id)) return { id, row: toRow(id, row) };
      unusable += 1;
      return undefined;
    },
  });
  if (rows === 'unsupported') return rows;
  return { rows: rows.toSorted((one, other) => (one.id < other.id ? -1 : 1)), unusable };
}

/** schemas/catalog.schema.json has the same bounds. */
const maxNameLength = 256;
const maxTermLength = 64;
const maxFeatures = 64;

function nameOf({ name }: JsonObject): string | undefined {
  const line = typeof name === 'string' ? oneLine(name, maxNameLength).toWellFormed() : '';
  return line === '' ? undefined : line;
}

/** A word of a vocabulary, or a language tag: of no use when it is cut. */
function termOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return oneLine(value, maxTermLength) === value ? value : undefined;
}

/** A set: sorted, each once. */
function featuresOf({ features }: JsonObject): string[] | undefined {
  if (!Array.isArray(features)) return undefined;
  const terms = features.map(termOf).filter((term) => term !== undefined);
  return [...new Set(terms)].toSorted().slice(0, maxFeatures);
}

/** Nothing for a member that CXone does not tell, or not as it should be. */
function member<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  // Sound: the only member is the one that is named.
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
}
