import { type ApplyOptions, type ApplyResult, applyPlan } from '../../src/apply/apply-plan.js';
import type { AuditEvent } from '../../src/model/generated/ledger-entry.js';
import type { Live, Resource } from '../../src/model/resource.js';
import { type BuiltPlan, buildPlan } from '../../src/plan/build.js';
import type { SentSecret } from '../../src/plan/planned-change.js';
import { planInput } from '../plan/sample.js';
import { type MemoryLedger, openMemoryLedger } from './memory-ledger.js';
import { type Fate, openTenant, type Tenant } from './tenant.js';

export const start = Date.parse('2026-01-31T12:00:00Z');

/** A tenant, a ledger and a clock, ready to apply to. */
export interface World {
  /** What happened, in order: entries that are durable, requests, waits. */
  readonly log: string[];
  readonly tenant: Tenant;
  readonly ledger: MemoryLedger;
  readonly clock: { now(): number; sleep(ms: number): Promise<void> };
  /** What a plan is told of header values. */
  secretsToSend: (live: Live) => readonly SentSecret[];
}

export function openWorld(live: readonly Live[], fates: Record<string, Fate | Fate[]> = {}): World {
  const log: string[] = [];
  let now = start;
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      if (ms > 0) log.push(`sleep ${ms}`);
      now += ms;
      return Promise.resolve();
    },
  };
  const tenant = openTenant(live, log);
  for (const [write, fate] of Object.entries(fates)) tenant.fates.set(write, Array.isArray(fate) ? fate : [fate]);
  return { log, tenant, ledger: openMemoryLedger(clock, log), clock, secretsToSend: () => [] };
}

export function plan(world: World, resources: readonly Resource[], only: readonly string[] = []): BuiltPlan {
  const built = buildPlan(
    planInput({ resources, live: [...world.tenant.live.values()], only, secretsToSend: world.secretsToSend }),
  );
  if ('plan' in built) return built;
  throw new Error(built.problems.map(({ message }) => message).join('\n'));
}

/** Plans (`only` what is said) and applies; `act` runs in between. The log starts with the apply. */
export async function apply(
  world: World,
  resources: readonly Resource[],
  { only, ...options }: Partial<ApplyOptions> & { readonly only?: readonly string[] } = {},
  act: () => void = () => undefined,
): Promise<ApplyResult> {
  const built = plan(world, resources, only);
  act();
  world.log.length = 0;
  return applyPlan(built, {
    writer: world.tenant.writer,
    ledger: world.ledger,
    clock: world.clock,
    git: null,
    claimed: { actor: 'ada', run: null, pullRequest: null },
    concurrency: 4,
    timeoutMs: 30_000,
    listLagMs: 5000,
    secret: () => undefined,
    sealSecret: () => Promise.resolve({ salt: '5a'.repeat(16), digest: 'd1'.repeat(32) }),
    onFinished: () => undefined,
    interrupt: new AbortController().signal,
    ...options,
  });
}

/** `A@1.0.0: failed (stale)` for each change. */
export function told({ progress }: ApplyResult): string[] {
  return progress.map(({ change, status, error }) => {
    const why = error === undefined ? '' : ` (${error.code})`;
    return `${change.id.replace('SpeechEngine/', '')}: ${status}${why}`;
  });
}

/** The splits that a tenant serves, by remote id. */
export function splits({ tenant }: World): Record<string, unknown> {
  return Object.fromEntries(
    [...tenant.live.values()].map(({ remoteId, entity }) => [remoteId, entity['trafficSplit'] ?? 0]),
  );
}

/** The writes of a log, without their bodies. */
export function writes(world: World): string[] {
  return world.log.filter((line) => /^(POST|PATCH) /.test(line)).map((line) => line.slice(0, line.indexOf(' {')));
}

/** The audit events that the ledger made, as `DEPLOY new-1 <hash>`. */
export function events({ ledger }: World): AuditEvent[] {
  return ledger.entries.flatMap((entry) => (entry.kind === 'outcome' && entry.event !== null ? [entry.event] : []));
}

/** How many audit events arrived, wait, or may have arrived. */
export function auditCounts({ audit: { delivered, pending, unknown } }: ApplyResult): Record<string, number> {
  return { delivered: delivered.length, pending: pending.length, unknown: unknown.length };
}
