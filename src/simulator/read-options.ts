import { type Assumptions, readAssumptions } from './assumptions.js';
import { TIERS, type Tier } from './catalogue.js';
import { SimulatorOptionError } from './option-error.js';

/** How to start a simulator; every member has a default (docs/simulator.md, "Options"). */
export interface SimulatorOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** The organisation's id; only its messages show it. */
  org?: string;
  tier?: Tier;
  /** Requests a minute; without it there is no limit. */
  rateLimitPerMinute?: number;
  /** How long each answer is held back, in milliseconds. */
  latencyMs?: number;
  /** Where the state survives a restart. */
  stateFile?: string;
  /** A list of fault rules, as parsed from JSON. */
  faults?: unknown;
  /** `KEY=VALUE` texts. */
  assume?: readonly string[];
  /** Milliseconds since the epoch. */
  clock?: () => number;
  /** Unique ids of letters, digits, `-` and `_`. */
  randomId?: () => string;
  /** Resolves after so many milliseconds. */
  sleep?: (ms: number) => Promise<void>;
}

/** The options that are plain values, checked and with their defaults. */
interface Settings {
  port: number;
  org: string;
  tier: Tier;
  rateLimitPerMinute: number | undefined;
  latencyMs: number;
  stateFile: string | undefined;
  assume: Assumptions;
}

/**
 * Checks the options that are plain values.
 * @throws SimulatorOptionError naming the first that can't be used.
 */
export function readOptions(options: SimulatorOptions): Settings {
  const { port = 0, org = 'simulator', tier = 'premium', latencyMs = 0, rateLimitPerMinute, stateFile } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) refuse('--port', port, 'an integer from 0 to 65535');
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(org)) refuse('--org', org, 'a DNS label such as acme');
  if (!TIERS.includes(tier)) refuse('--tier', tier, `one of ${TIERS.join(', ')}`);
  if (rateLimitPerMinute !== undefined && !(rateLimitPerMinute > 0 && rateLimitPerMinute <= 10_000_000)) {
    refuse('--rate-limit', rateLimitPerMinute, 'a number of requests a minute, more than 0');
  }
  if (!(latencyMs >= 0 && latencyMs <= 600_000)) refuse('--latency', latencyMs, 'milliseconds from 0 to 600000');
  if (stateFile === '') refuse('--state', stateFile, 'the name of a file');
  return { port, org, tier, rateLimitPerMinute, latencyMs, stateFile, assume: readAssumptions(options.assume ?? []) };
}

function refuse(option: string, value: unknown, wanted: string): never {
  throw new SimulatorOptionError(`${option} ${String(value)}: must be ${wanted}.`);
}
