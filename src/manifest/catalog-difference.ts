import { canonicalJson } from '../model/canonical-json.js';
import type { Catalog } from '../model/generated/catalog.js';

/** Ids, sorted. */
export interface ListDifference {
  readonly added: string[];
  readonly removed: string[];
  readonly changed: string[];
}

/** What leads from one catalogue to another; without the first, everything is added. */
export function catalogDifference(
  from: Catalog | undefined,
  to: Catalog,
): { readonly models: ListDifference; readonly profiles: ListDifference } {
  return {
    models: listDifference(from?.models ?? [], to.models),
    profiles: listDifference(from?.profiles ?? [], to.profiles),
  };
}

/** How many ids a difference is about. */
export function differing({ added, removed, changed }: ListDifference): number {
  return added.length + removed.length + changed.length;
}

function listDifference<Row extends { id: string }>(from: readonly Row[], to: readonly Row[]): ListDifference {
  const before = new Map(from.map((row) => [row.id, row]));
  const after = new Set(to.map(({ id }) => id));
  const changed = (row: Row) => {
    const old = before.get(row.id);
    return old !== undefined && canonicalJson(old) !== canonicalJson(row);
  };
  return {
    added: ids(to.filter(({ id }) => !before.has(id))),
    removed: ids(from.filter(({ id }) => !after.has(id))),
    changed: ids(to.filter(changed)),
  };
}

function ids(rows: readonly { id: string }[]): string[] {
  return rows.map(({ id }) => id).toSorted();
}
