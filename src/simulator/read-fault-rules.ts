import { validateHeaderName, validateHeaderValue } from 'node:http';
import { isJsonObject } from './json-object.js';
import { type Members, readChoice, readMembers, readNumber, readText, reject, rejectUnknown } from './members.js';
import { type Detail, Refusal, refuseInvalid } from './refusal.js';

const FAULT_KINDS = [
  'reset-before',
  'reset-after',
  'hang',
  'drip',
  'truncate',
  'status',
  'redirect',
  'stale-list',
  'page-loop',
  'expire-token',
] as const;

/** One fault rule as it is written (docs/simulator.md, "Faults"). */
export interface FaultRule {
  method?: string;
  path?: string;
  after?: number;
  times?: number;
  fault: (typeof FAULT_KINDS)[number];
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/**
 * Reads a list of fault rules.
 * @throws Refusal 400 naming each member that can't be used, such as `[0].times`.
 */
export function readFaultRules(value: unknown): FaultRule[] {
  if (!Array.isArray(value)) throw new Refusal(400, 'bad_request', 'Fault rules must be a JSON list of objects.');
  const details: Detail[] = [];
  const rules: FaultRule[] = [];
  value.forEach((item: unknown, index) => {
    const at = `[${index}]`;
    const rule = isJsonObject(item) ? readRule({ values: item, at, details }) : undefined;
    if (rule !== undefined) rules.push(rule);
    else if (!isJsonObject(item)) details.push({ field: at, code: 'type', message: 'must be an object' });
  });
  refuseInvalid(details);
  return rules;
}

function readRule(members: Members): FaultRule | undefined {
  // `fired` is what GET adds; it is taken back and ignored.
  rejectUnknown(members, ['method', 'path', 'after', 'times', 'fault', 'status', 'headers', 'body', 'fired']);
  const fault = readChoice(members, 'fault', FAULT_KINDS);
  if (fault === undefined) return undefined;
  rejectMisplaced(members, fault);
  const { method, path, after, times, status, headers } = members.values;
  return {
    ...(method === undefined ? {} : { method: readText(members, 'method') }),
    ...(path === undefined ? {} : { path: readExpression(members) }),
    ...(after === undefined ? {} : { after: readCount(members, 'after') }),
    ...(times === undefined ? {} : { times: readCount(members, 'times') }),
    fault,
    ...(status === undefined ? {} : { status: readStatus(members, fault) }),
    ...(headers === undefined ? {} : { headers: readHeaders(members) }),
    ...('body' in members.values ? { body: members.values.body } : {}),
  };
}

/** A member that the fault would ignore is a mistake in the rule. */
function rejectMisplaced(members: Members, fault: FaultRule['fault']): void {
  const allowed =
    fault === 'status' ? ['status', 'headers', 'body'] : fault === 'redirect' ? ['status', 'headers'] : [];
  for (const name of ['status', 'headers', 'body']) {
    if (name in members.values && !allowed.includes(name)) {
      reject(members, name, 'misplaced', `has no meaning with fault ${fault}`);
    }
  }
  if (fault === 'status' && !('status' in members.values)) reject(members, 'status', 'required', 'is required');
}

function readExpression(members: Members): string {
  const path = readText(members, 'path', '');
  try {
    new RegExp(path).test('');
  } catch (error) {
    reject(members, 'path', 'regular_expression', error instanceof Error ? error.message : 'is not one');
  }
  return path;
}

function readCount(members: Members, name: string): number {
  return readNumber(members, name, { min: 0, max: 1_000_000_000, integer: true }, 0);
}

function readStatus(members: Members, fault: FaultRule['fault']): number {
  const bounds = fault === 'redirect' ? { min: 300, max: 399 } : { min: 200, max: 599 };
  return readNumber(members, 'status', { ...bounds, integer: true }, bounds.min);
}

function readHeaders(members: Members): Record<string, string> {
  const headers = readMembers(members, 'headers');
  if (headers === undefined) return {};
  const read: [string, string][] = [];
  for (const name of Object.keys(headers.values)) {
    const value = readText(headers, name, '');
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      read.push([name, value]);
    } catch (error) {
      reject(headers, name, 'header', error instanceof Error ? error.message : 'is not a header');
    }
  }
  return Object.fromEntries(read);
}
