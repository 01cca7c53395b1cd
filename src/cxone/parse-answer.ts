import { isUtf8 } from 'node:buffer';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { pointer } from '../model/pointer.js';
import { oneLine } from './one-line.js';

export type Parsed = { readonly json: Json } | { readonly fault: string };

const maxDepth = 100;
const oddMembers = new Set(['__proto__', 'constructor', 'prototype', '']);

/**
 * The JSON value of an answer's body, or why it is none that can be used: not UTF-8, not JSON, deeper than 100,
 * with a member name that objects treat specially, or with text or a number that canonical JSON can't hold
 * (docs/security.md, "Ids, paths, names").
 */
export function parseAnswer(body: Buffer): Parsed {
  if (body.length === 0) return { fault: 'an empty body' };
  if (!isUtf8(body)) return { fault: 'a body that is not UTF-8' };
  let json: Json;
  try {
    // JSON.parse gives exactly the values that Json names.
    json = JSON.parse(body.toString('utf8')) as Json;
  } catch {
    return { fault: 'a body that is not JSON' };
  }
  const place = oddPlace(json, []);
  return place === undefined ? { json } : { fault: place };
}

/** Says what is odd and where, for the first odd thing. `path` is scratch space. */
function oddPlace(value: Json, path: (string | number)[]): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : `broken text at ${at(path)}`;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `a number out of range at ${at(path)}`;
  if (typeof value !== 'object' || value === null) return undefined;
  if (path.length >= maxDepth) return `values nested more than ${maxDepth} deep`;
  return Array.isArray(value) ? oddItem(value, path) : oddMember(value, path);
}

function oddItem(items: Json[], path: (string | number)[]): string | undefined {
  for (const [index, item] of items.entries()) {
    path.push(index);
    const odd = oddPlace(item, path);
    if (odd !== undefined) return odd;
    path.pop();
  }
  return undefined;
}

function oddMember(object: JsonObject, path: (string | number)[]): string | undefined {
  for (const [name, value] of Object.entries(object)) {
    if (oddMembers.has(name)) return `the member ${JSON.stringify(name)} at ${at(path)}, which is not accepted`;
    if (!name.isWellFormed()) return `a broken member name at ${at(path)}`;
    path.push(name);
    const odd = oddPlace(value, path);
    if (odd !== undefined) return odd;
    path.pop();
  }
  return undefined;
}

/** Cut, as a server may send a member name of megabytes. */
function at(path: readonly (string | number)[]): string {
  return path.length === 0 ? 'the top' : oneLine(JSON.stringify(pointer(path)), 200);
}

/** The JSON object of a body, or undefined for everything else. */
export function parseObject(body: Buffer): JsonObject | undefined {
  const parsed = parseAnswer(body);
  return 'json' in parsed && isJsonObject(parsed.json) ? parsed.json : undefined;
}
