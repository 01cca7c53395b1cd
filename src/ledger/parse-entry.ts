import { validateLedgerEntry } from '../model/generated/validate-ledger-entry.js';
import { isJsonObject } from '../model/json.js';
import { type Entry, LEDGER_VERSION, MAX_LINE } from './entry.js';

/** What is wrong with an entry, in words; `seq` is the number of its line. */
export interface LedgerFault {
  readonly seq: number;
  /** A stable, kebab-case name. */
  readonly code: string;
  readonly message: string;
}

/** The entry that a line holds, or what is wrong with it. Whether it is canonical and its hash right is not looked at. */
export function parseEntry(bytes: Buffer, seq: number): Entry | LedgerFault {
  if (bytes.length > MAX_LINE) return { seq, code: 'line-too-long', message: 'the line is longer than 1 MiB' };
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { seq, code: 'not-json', message: 'the line is not JSON: it was damaged or changed' };
  }
  if (isDeeper(value, MAX_DEPTH)) return { seq, code: 'not-an-entry', message: tooDeep };
  if (isJsonObject(value) && value['v'] === 1) return { seq, code: OLD_VERSION, message: oldVersion };
  if (validateLedgerEntry(value)) return value;
  return { seq, code: 'not-an-entry', message: `the line is not an entry of this format: ${violation()}` };
}

/** The code of an entry that a program before this one wrote, with another state (docs/ledger.md, "Versions"). */
export const OLD_VERSION = 'old-version';
const oldVersion = `the entry is of ledger version 1, and this program reads version ${LEDGER_VERSION} only`;

/** How deep objects and lists in an entry may be nested, itself counted (docs/security.md, "Bounds"). */
const MAX_DEPTH = 100;
const tooDeep = `the line is not an entry of this format: it is nested more than ${MAX_DEPTH} deep`;

function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((inner) => isDeeper(inner, most - 1));
}

/** True for what parseEntry gives when there is no entry. */
export function isFault(parsed: Entry | LedgerFault): parsed is LedgerFault {
  return !('hash' in parsed);
}

/** The first violation, by place and rule; never the value, which may be anything. */
function violation(): string {
  const error = validateLedgerEntry.errors?.[0];
  if (error === undefined) return 'unknown violation';
  return `${error.instancePath === '' ? 'it' : error.instancePath} ${error.message ?? error.keyword}`;
}
