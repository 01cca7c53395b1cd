import { canonicalJson } from '../model/canonical-json.js';
import type { LedgerEntry } from '../model/generated/ledger-entry.js';
import { sha256 } from '../model/hash.js';
import type { JsonObject } from '../model/json.js';

/** One line of a ledger (docs/ledger.md). */
export type Entry = LedgerEntry;

export type EntryOf<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;

/** The members that the ledger itself gives to an entry. */
type Given = 'v' | 'ledgerId' | 'seq' | 'prev' | 'time' | 'endpoint' | 'hash' | 'droppedTail';

type Bare<T> = T extends unknown ? Omit<T, Given> : never;

/** What a caller says of an entry; the ledger adds the rest. */
export type EntryBody = Bare<Exclude<Entry, { kind: 'genesis' | 'key' }>>;

/** What only the ledger itself says. */
export type OwnBody = Bare<EntryOf<'genesis' | 'key'>>;

/** The place of an entry in its chain, and what the ledger knows of it. */
export interface Link extends Pick<Entry, 'ledgerId' | 'seq' | 'prev' | 'time' | 'endpoint' | 'droppedTail'> {}

/** The version of the format that this program writes, and the only one that it reads (docs/ledger.md, "Versions"). */
export const LEDGER_VERSION = 2;

/** The `prev` of the first entry. */
export const NO_PREV = '0'.repeat(64);

/** The most bytes that one line may have, its line feed not counted (docs/security.md, "Bounds"). */
export const MAX_LINE = 1024 * 1024;

const DOMAIN = 'cxone-gitops-ledger/v1\n';

/** An entry, and its line with the line feed that ends it. */
export interface SealedEntry {
  readonly entry: Entry;
  readonly line: string;
}

/** The whole entry and its line, as docs/ledger.md says it byte for byte. */
export function sealEntry(body: EntryBody | OwnBody, link: Link): SealedEntry {
  const unsealed = { ...body, ...link, v: LEDGER_VERSION };
  // Sound: the union of bodies plus the given members is the union of entries; only the hash is missing, and comes now.
  const entry = { ...unsealed, hash: entryHash(unsealed as unknown as Entry) } as Entry;
  return { entry, line: `${canonicalEntry(entry)}\n` };
}

/** SHA-256 of `"cxone-gitops-ledger/v1\n"` and the canonical entry without its `hash` (docs/semantics.md, "Ledger"). */
export function entryHash(entry: Entry): string {
  const { hash: _hash, ...hashed } = entry;
  return sha256(DOMAIN + canonicalJson(asJson(hashed)));
}

/** The one text that an entry has in a ledger. Throws for what JSON can't hold (lone surrogates). */
export function canonicalEntry(entry: Entry): string {
  return canonicalJson(asJson(entry));
}

/** Sound: entries are made of JSON values alone; interfaces only lack the index signature that JsonObject asks for. */
function asJson(entry: object): JsonObject {
  return entry as JsonObject;
}
