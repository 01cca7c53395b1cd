import { isRowOf, watch, wrongs } from './scenario.js';
import type { Fate, Passing, Wire } from './wire.js';
import type { AuditRow, LiveEngine, LiveWebhook } from './world.js';

/** Where a run is hit: at a request, or while it writes an entry of its ledger. */
export type Point = RequestPoint | EntryPoint;

export interface RequestPoint {
  /** `kill`: the program dies. `cut`: its connection breaks, and it goes on. `power`: the machine dies with it. */
  readonly how: 'kill' | 'cut' | 'power';
  readonly when: (typeof moments)[number];
  /** As `labeller` names it. */
  readonly request: string;
}

export interface EntryPoint {
  /** `kill`: the program dies. `disk`: its disk fails, and it goes on. */
  readonly how: 'kill' | 'disk';
  readonly when: (typeof entryMoments)[number] | (typeof diskFaults)[number];
  /** The number of the entry. */
  readonly entry: number;
}

/** What the simulator takes for granted, and what happens between the runs. */
export interface Variant {
  readonly name: string;
  readonly assume: readonly string[];
  /** The ledger's folder is deleted between the runs. */
  readonly ledgerLost?: boolean;
  /** The audit log can't be read, so a person settles what is unknown. */
  readonly auditUnreadable?: boolean;
}

export const moments = ['before it is done', 'after it is done', 'after the reply'] as const;
export const entryMoments = ['before it is written', 'half written', 'written', 'durable'] as const;

export const diskFaults = ['ENOSPC', 'EIO', 'short', 'none', 'fsync EIO'] as const;

export const variants = {
  plain: { name: '', assume: [] },
  lag: { name: 'lists and audit log lag', assume: ['list-lag=0.8', 'audit-lag=0.8'] },
  lost: { name: 'the ledger is lost', assume: ['list-lag=0.8', 'unique=off'], ledgerLost: true },
  unreadable: { name: 'audit log unreadable', assume: ['audit-get=off'], auditUnreadable: true },
  twins: { name: 'nothing unique, lists lag', assume: ['unique=off', 'list-lag=0.8', 'audit-lag=0.8'] },
  blind: { name: 'no ETags, PATCH replaces', assume: ['etag=off', 'patch=shallow'] },
} satisfies Record<string, Variant>;

/** A point's name, by which it can be run alone. */
export function nameOf(point: Point, variant: Variant): string {
  const at = 'entry' in point ? `ledger entry ${point.entry}` : point.request;
  return `${point.how} at ${at}, ${point.when}${variant.name === '' ? '' : `; ${variant.name}`}`;
}

/** A tenant, a wire to it, and a program that can be killed: in this process, or real ones. */
export interface Subject {
  readonly wire: Wire;
  cli(args: readonly string[]): Promise<Outcome>;
  apply(...args: string[]): Promise<Outcome>;
  mortalApply(...args: string[]): Promise<Outcome | undefined>;
  kill(how?: 'power'): void;
  /** Has the next run killed, or its disk fail, at this entry. */
  killAt?(point: EntryPoint): void;
  loseLedger(): Promise<void>;
  engines(): Promise<LiveEngine[]>;
  webhooks(): Promise<LiveWebhook[]>;
  auditLogs(): Promise<AuditRow[]>;
  ledger(): Promise<Record<string, unknown>[]>;
}

/** How a run ended: its exit code, or the signal that ended it. */
export interface Outcome {
  readonly code: number | string;
  readonly out: string;
  readonly err: string;
}

/** The requests of an apply that nothing happens to, by name, and how many entries it writes. */
export async function dryRun(subject: Subject): Promise<{ requests: string[]; entries: number }> {
  const requests: string[] = [];
  const label = labeller(subject);
  subject.wire.fate = async (passing) => void requests.push(await label(passing));
  const { code, err } = await subject.apply();
  if (code !== 0) throw new Error(`an apply that nothing happens to ended with ${code}: ${err}`);
  return { requests, entries: (await subject.ledger()).length };
}

/** Runs one point and the runs after it, and returns what went wrong: nothing, when every guarantee held. */
export async function examine(subject: Subject, point: Point, variant: Variant): Promise<string[]> {
  const { wire } = subject;
  const bad = new Set<string>();
  const look = async ({ method, path }: Passing) => {
    const changes = method !== 'GET' && /\/engines(\/|$)/u.test(path);
    if (changes) for (const one of await watch(subject)) bad.add(one);
  };
  const before = await traffic(subject);
  wire.done = look;
  const hit = 'entry' in point ? armEntry(subject, point) : armRequest(subject, point, look);
  const first = await subject.mortalApply();
  wire.fate = () => undefined;
  wire.done = look;
  wire.answered = () => undefined;
  if (!hit(first)) return [`it was never reached; the apply ended with ${first?.code}: ${first?.err}`];
  if (first !== undefined) for (const one of judged(first, [0, 1, 7, 8])) bad.add(one);
  // A run that lived to its end leaves no less served than before, unless it had no ledger any more to say so.
  if (first !== undefined && point.how === 'cut') for (const one of await lessServed(subject, before)) bad.add(one);
  if (variant.ledgerLost === true) await subject.loseLedger();

  for (const one of await converge(subject, variant)) bad.add(one);
  for (const one of await lessServed(subject, before)) bad.add(one);
  return [...bad, ...(await watch(subject)), ...(await wrongs(subject, variant))];
}

/** At most two runs, then one that has nothing to write. */
async function converge(subject: Subject, { auditUnreadable = false }: Variant): Promise<string[]> {
  const bad: string[] = [];
  let ended = await subject.apply();
  bad.push(...judged(ended, [0, 1, 7, 8]));
  if (ended.code !== 0) ended = await subject.apply();
  if (auditUnreadable) {
    bad.push(...judged(ended, [0, 8]), ...(await settleByHand(subject, ended)));
    ended = await subject.apply();
  }
  bad.push(...judged(ended, [0]));
  const sent = subject.wire.log.length;
  bad.push(...judged(await subject.apply(), [0]));
  const writes = subject.wire.log.slice(sent).filter((one) => !one.startsWith('GET') && !one.endsWith('/token'));
  return [...bad, ...writes.map((one) => `a run after the last sent ${one}`)];
}

/** What a person does about events of which nobody can tell whether they arrived: looks, and says so. */
async function settleByHand(subject: Subject, ended: Outcome): Promise<string[]> {
  const verified = await subject.cli(['audit', 'verify', 'dev', '--format', 'json']);
  const { faults = [] }: { faults?: { seq: number; code: string }[] } = JSON.parse(verified.out);
  const unknown = faults.filter(({ code }) => code === 'delivery-unknown').map(({ seq }) => seq);
  const others = faults.filter(({ code }) => code !== 'delivery-unknown').map(({ code }) => code);
  const bad = others.map((code) => `audit verify found ${code} besides what is unknown`);
  if (unknown.length > 0 !== (ended.code === 8)) bad.push(`${unknown.length} unknown events, exit code ${ended.code}`);
  if (unknown.length === 0) return bad;
  const entries = await subject.ledger();
  const rows = await subject.auditLogs();
  const answers = unknown.map((seq) => {
    const event = entries[seq - 1]?.['event'];
    const row = rows.find((one) => isRowOf(one, event));
    return `${seq}=${row?.logId ?? 'absent'}`;
  });
  const settled = await subject.cli(['audit', 'deliver', 'dev', ...answers.flatMap((one) => ['--resolve', one])]);
  return [...bad, ...judged(settled, [0])];
}

function judged({ code, out, err }: Outcome, allowed: readonly number[]): string[] {
  const printed = `${out}\n${err}`;
  return [
    ...(allowed.some((one) => one === code) ? [] : [`a run ended with ${code}: ${printed}`]),
    ...(/^\s+at .*:\d+/mu.test(printed) ? [`a run printed a stack trace: ${printed}`] : []),
  ];
}

function armRequest(subject: Subject, point: RequestPoint, look: (passing: Passing) => Promise<void>): Hit {
  const { wire } = subject;
  const label = labeller(subject);
  let at: number | undefined;
  const die = (when: RequestPoint['when'], { nth }: Passing) => {
    if (nth === at && point.when === when && point.how !== 'cut')
      subject.kill(point.how === 'power' ? 'power' : undefined);
  };
  wire.fate = async (passing): Promise<Fate | undefined> => {
    if ((await label(passing)) !== point.request) return undefined;
    at = passing.nth;
    die('before it is done', passing);
    if (point.when === 'before it is done') return 'cut-before';
    if (point.how !== 'cut') return undefined;
    return point.when === 'after it is done' ? 'cut-after' : 'cut-late';
  };
  wire.done = async (passing) => {
    die('after it is done', passing);
    await look(passing);
  };
  wire.answered = (passing) => die('after the reply', passing);
  return (ended) => at !== undefined && (point.how === 'cut') === (ended !== undefined);
}

function armEntry(subject: Subject, point: EntryPoint): Hit {
  subject.killAt?.(point);
  return (ended) => {
    if (point.how === 'kill') return ended === undefined;
    return point.when === 'short' ? ended?.code === 0 : /dev\.jsonl: can't be written: /u.test(ended?.err ?? '');
  };
}

/** Whether the point was reached, by how the run ended: undefined when it was killed. */
type Hit = (ended: Outcome | undefined) => boolean;

/**
 * Names requests by what they are about, not by their number: names run concurrently, so numbers vary. The second of a
 * name is `NAME #2`.
 */
export function labeller(subject: Pick<Subject, 'engines' | 'webhooks'>): (passing: Passing) => Promise<string> {
  const seen = new Map<string, number>();
  const names = new Map<string, string>();
  return async (passing) => {
    const name = await bareLabel(passing);
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return nth === 1 ? name : `${name} #${nth}`;
  };

  async function bareLabel({ method, path, body }: Passing): Promise<string> {
    const last = path.split('/').at(-1) ?? '';
    const isOne = /\/(engines|webhooks)\/[^/]+$/u.test(path);
    if (method === 'GET') return `GET ${isOne ? await called(last) : last}`;
    if (last === 'token') return 'POST token';
    const { name, version, targetId, action } = JSON.parse(body);
    if (last === 'logs') return `POST audit ${action} ${await called(targetId)}`;
    return method === 'POST'
      ? `POST ${version === undefined ? name : `${name}@${version}`}`
      : `PATCH ${await called(last)}`;
  }

  /** A resource is called what it was called at first. */
  async function called(id: string): Promise<string> {
    if (!names.has(id)) {
      for (const { speechEngineId, name, version } of await subject.engines())
        keep(speechEngineId, `${name}@${version}`);
      for (const { webhookId, name } of await subject.webhooks()) keep(webhookId, name);
    }
    return names.get(id) ?? id;
  }

  function keep(id: string, name: string): void {
    if (!names.has(id)) names.set(id, name);
  }
}

/** What each name serves, in percent; a renamed one counts with its old name. */
async function traffic(subject: Subject): Promise<Map<string, number>> {
  const percent = new Map<string, number>();
  for (const { name, trafficSplit } of await subject.engines()) {
    const at = name === 'New' ? 'Old' : name;
    percent.set(at, (percent.get(at) ?? 0) + trafficSplit);
  }
  return percent;
}

async function lessServed(subject: Subject, before: ReadonlyMap<string, number>): Promise<string[]> {
  const now = await traffic(subject);
  return [...before].flatMap(([name, percent]) => {
    const left = now.get(name) ?? 0;
    return left >= percent ? [] : [`${name} serves ${left} of the ${percent} % that it served`];
  });
}
