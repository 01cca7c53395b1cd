import { isJsonObject, type JsonObject } from './json-object.js';
import type { Detail } from './refusal.js';

/** An object being read: its members, where it stands in the body (`''` is the top), and what was wrong so far. */
export interface Members {
  readonly values: JsonObject;
  readonly at: string;
  readonly details: Detail[];
}

/** Adds a problem with one member. */
export function reject(members: Members, name: string, code: string, message: string): void {
  members.details.push({ field: fieldOf(members, name), code, message });
}

/** Adds a problem for each member that is not in `known`. */
export function rejectUnknown(members: Members, known: readonly string[]): void {
  for (const name of Object.keys(members.values)) {
    if (!known.includes(name)) reject(members, name, 'unknown_member', 'is not a member of this object');
  }
}

/** The text of a member; `fallback` when absent or null (without one the member is required). `''` after a problem. */
export function readText(members: Members, name: string, fallback?: string): string {
  const value = members.values[name] ?? fallback;
  if (value === undefined) reject(members, name, 'required', 'is required');
  else if (typeof value !== 'string') reject(members, name, 'type', 'must be a string');
  else if (value === '' && fallback === undefined) reject(members, name, 'empty', 'must not be empty');
  else return value;
  return '';
}

/** The boolean of a member; `fallback` when absent or null. */
export function readBoolean(members: Members, name: string, fallback: boolean): boolean {
  const value = members.values[name] ?? fallback;
  if (typeof value === 'boolean') return value;
  reject(members, name, 'type', 'must be true or false');
  return fallback;
}

/** The number of a member within inclusive bounds; `fallback` when absent or null. */
export function readNumber(
  members: Members,
  name: string,
  bounds: { min: number; max: number; integer?: boolean },
  fallback: number,
): number {
  const value = members.values[name] ?? fallback;
  const kind = bounds.integer === true ? 'an integer' : 'a number';
  if (typeof value !== 'number' || (bounds.integer === true && !Number.isInteger(value))) {
    reject(members, name, 'type', `must be ${kind}`);
  } else if (!(value >= bounds.min && value <= bounds.max)) {
    reject(members, name, 'range', `must be ${kind} from ${bounds.min} to ${bounds.max}, not ${value}`);
  } else return value;
  return fallback;
}

/** A member that is one of `choices`; `fallback` when absent or null (without one the member is required). */
export function readChoice<const T extends string>(
  members: Members,
  name: string,
  choices: readonly T[],
  fallback?: T,
): T | undefined {
  const value = members.values[name] ?? fallback;
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  if (value === undefined) reject(members, name, 'required', 'is required');
  else reject(members, name, 'choice', `must be one of ${choices.join(', ')}`);
  return fallback;
}

/** A member that is a list of strings; `fallback` when absent or null (without one the member is required). */
export function readTexts(members: Members, name: string, fallback?: readonly string[]): string[] {
  const value = members.values[name] ?? fallback;
  if (value === undefined) reject(members, name, 'required', 'is required');
  else if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string')) {
    reject(members, name, 'type', 'must be a list of strings');
  } else return [...value];
  return [];
}

/** A member that is an object, ready to be read; undefined when absent or null, and after a problem. */
export function readMembers(members: Members, name: string): Members | undefined {
  const value = members.values[name] ?? undefined;
  if (value === undefined) return undefined;
  if (isJsonObject(value)) return { values: value, at: fieldOf(members, name), details: members.details };
  reject(members, name, 'type', 'must be an object');
  return undefined;
}

/** A member that is a list of objects, each ready to be read; empty when absent or null. */
export function readList(members: Members, name: string): Members[] {
  const value = members.values[name] ?? [];
  if (!Array.isArray(value)) {
    reject(members, name, 'type', 'must be a list');
    return [];
  }
  const items: Members[] = [];
  value.forEach((item: unknown, index) => {
    const at = `${fieldOf(members, name)}[${index}]`;
    if (isJsonObject(item)) items.push({ values: item, at, details: members.details });
    else members.details.push({ field: at, code: 'type', message: 'must be an object' });
  });
  return items;
}

function fieldOf(members: Members, name: string): string {
  return members.at === '' ? name : `${members.at}.${name}`;
}
