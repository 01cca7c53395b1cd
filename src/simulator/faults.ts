import { type FaultRule, readFaultRules } from './read-fault-rules.js';
import type { State } from './state.js';

/** A fault that acts on one request. */
export type ActiveFault =
  | { kind: 'reset-before' | 'reset-after' | 'hang' | 'drip' | 'truncate' | 'page-loop' | 'expire-token' }
  | { kind: 'stale-list'; state: State }
  | { kind: 'status'; status: number; headers: Readonly<Record<string, string>>; body: unknown }
  | { kind: 'redirect'; status: number; headers: Readonly<Record<string, string>> };

interface LoadedRule {
  rule: FaultRule;
  path: RegExp;
  /** How many matching requests it has let through, of `after`. */
  passed: number;
  fired: number;
}

/** The fault rules that are in force, and how often each has fired. */
export class Faults {
  #rules: LoadedRule[] = [];
  #stale: State | undefined;

  /**
   * Puts other rules in force, all counts at zero. `snapshot` is what a stale listing will show from now on.
   * @throws Refusal 400 naming each rule's member that can't be used.
   */
  replace(value: unknown, snapshot: () => State): void {
    const rules = readFaultRules(value);
    this.#rules = rules.map((rule) => ({ rule, path: new RegExp(rule.path ?? ''), passed: 0, fired: 0 }));
    this.#stale = rules.some((rule) => rule.fault === 'stale-list') ? snapshot() : undefined;
  }

  /** The rules as they were given, each with how often it has fired. */
  list(): (FaultRule & { fired: number })[] {
    return this.#rules.map(({ rule, fired }) => ({ ...rule, fired }));
  }

  /**
   * The fault for a request: the first rule that matches, has let `after` requests through and is not used up.
   * A path expression is tried on the path alone and on the path with its query.
   */
  next(method: string, target: string): ActiveFault | undefined {
    const path = target.split('?', 1)[0] ?? '';
    for (const loaded of this.#rules) {
      if (!matches(loaded, method, path, target)) continue;
      if (loaded.fired >= (loaded.rule.times ?? Number.POSITIVE_INFINITY)) continue;
      if (loaded.passed < (loaded.rule.after ?? 0)) {
        loaded.passed += 1;
        continue;
      }
      loaded.fired += 1;
      return this.#activate(loaded.rule);
    }
    return undefined;
  }

  #activate(rule: FaultRule): ActiveFault | undefined {
    const { fault: kind, headers = {} } = rule;
    if (kind === 'status') return { kind, status: rule.status ?? 500, headers, body: rule.body };
    if (kind === 'redirect') return { kind, status: rule.status ?? 307, headers };
    if (kind !== 'stale-list') return { kind };
    return this.#stale === undefined ? undefined : { kind, state: this.#stale };
  }
}

function matches({ rule, path: expression }: LoadedRule, method: string, path: string, target: string): boolean {
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  if (!expression.test(path) && !expression.test(target)) return false;
  const listsOnly = rule.fault === 'stale-list' || rule.fault === 'page-loop';
  return !listsOnly || (method === 'GET' && LISTS.has(path));
}

/** Where `stale-list` and `page-loop` can act; elsewhere they neither match nor count. */
const LISTS: ReadonlySet<string> = new Set([
  '/api/v2/speech/models',
  '/api/v2/speech/profiles',
  '/api/v2/speech/engines',
  '/api/v2/webhooks',
  '/api/v2/audit/logs',
]);
