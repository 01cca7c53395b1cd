import { SimulatorOptionError } from './option-error.js';

/** What the simulator takes for granted where the contract is silent; each can be varied with `--assume KEY=VALUE`. */
export interface Assumptions {
  /** Whether engines carry an ETag, as a header and as a member. */
  etag: boolean;
  /** Whether a PATCH merges nested objects or replaces them. */
  patch: 'deep' | 'shallow';
  /** Whether engines and webhooks can be listed. */
  lists: boolean;
  /** How long a page token is good for, in milliseconds. */
  pageTokenTtlMs: number;
  /** How long a created engine or webhook is missing from its list, in milliseconds. */
  listLagMs: number;
  /** How long a list shows an engine or webhook as it was before a change, in milliseconds. */
  updateLagMs: number;
  /** How long a GET by id shows an engine as it was before a change, in milliseconds. */
  getLagMs: number;
  /** Whether a second engine of one name and version, or a second webhook of one name, is refused. */
  unique: boolean;
  /** Whether the audit log can be read. */
  auditGet: boolean;
  /** How long an audit entry is missing from the list, in milliseconds. */
  auditLagMs: number;
  /** How a 429 says when to come back. */
  retryAfter: 'seconds' | 'date' | 'off';
}

/**
 * Reads `KEY=VALUE` texts; a later one wins.
 * @throws SimulatorOptionError naming the text, and the keys or values there are.
 */
export function readAssumptions(texts: readonly string[]): Assumptions {
  const assumptions = { ...DEFAULTS };
  for (const text of texts) {
    const equals = text.indexOf('=');
    const set = SETTERS.get(equals < 0 ? text : text.slice(0, equals));
    if (set === undefined) {
      throw new SimulatorOptionError(`--assume ${text}: there is no such key; the keys are ${KEYS}.`);
    }
    const wanted = set(assumptions, equals < 0 ? '' : text.slice(equals + 1));
    if (wanted !== undefined) throw new SimulatorOptionError(`--assume ${text}: the value must be ${wanted}.`);
  }
  return assumptions;
}

const DEFAULTS: Assumptions = {
  etag: true,
  patch: 'deep',
  lists: true,
  pageTokenTtlMs: Number.POSITIVE_INFINITY,
  listLagMs: 0,
  updateLagMs: 0,
  getLagMs: 0,
  unique: true,
  auditGet: true,
  auditLagMs: 0,
  retryAfter: 'seconds',
};

/** Sets one assumption; answers what the value must be when it is none of that. */
type Setter = (assumptions: Assumptions, value: string) => string | undefined;

const SETTERS: ReadonlyMap<string, Setter> = new Map<string, Setter>([
  ['etag', onOff('etag')],
  ['patch', choice('patch', ['deep', 'shallow'])],
  ['lists', onOff('lists')],
  ['page-token-ttl', seconds('pageTokenTtlMs')],
  ['list-lag', seconds('listLagMs')],
  ['update-lag', seconds('updateLagMs')],
  ['get-lag', seconds('getLagMs')],
  ['unique', onOff('unique')],
  ['audit-get', onOff('auditGet')],
  ['audit-lag', seconds('auditLagMs')],
  ['retry-after', choice('retryAfter', ['seconds', 'date', 'off'])],
]);

const KEYS = [...SETTERS.keys()].join(', ');

function onOff(key: 'etag' | 'lists' | 'unique' | 'auditGet'): Setter {
  return (assumptions, value) => {
    if (value !== 'on' && value !== 'off') return 'on or off';
    assumptions[key] = value === 'on';
    return undefined;
  };
}

function seconds(key: 'pageTokenTtlMs' | 'listLagMs' | 'updateLagMs' | 'getLagMs' | 'auditLagMs'): Setter {
  return (assumptions, value) => {
    if (!/^\d{1,7}(\.\d{1,3})?$/.test(value)) return 'a number of seconds';
    assumptions[key] = Number(value) * 1000;
    return undefined;
  };
}

function choice<K extends 'patch' | 'retryAfter'>(key: K, choices: readonly Assumptions[K][]): Setter {
  return (assumptions, value) => {
    const chosen = choices.find((candidate) => candidate === value);
    if (chosen === undefined) return `one of ${choices.join(', ')}`;
    assumptions[key] = chosen;
    return undefined;
  };
}
