import type { AuditRow } from '../delivery/audit-log.js';
import { eventKey } from './event-key.js';
import type { Findings, LedgerCheck } from './ledger-check.js';
import { collectEvents, type LedgerEvent, type LedgerEvents } from './ledger-events.js';
import { requestsElsewhere } from './requests-elsewhere.js';
import type { VerifyResult } from './verify.js';
import { type LagOptions, waitForLag } from './wait-for-lag.js';

/** A row of the audit log as a server sent it: any member may be missing, the id among them. */
export type FoundRow = Partial<AuditRow>;

export interface AuditLogRows {
  /**
   * Every row of the audit log, as `keep` wants to remember it; undefined leaves it out. 'unsupported' where the log can't
   * be read. Throws a KnownError when a read failed.
   */
  rows<Kept>(keep: (row: FoundRow) => Kept | undefined): Promise<readonly Kept[] | 'unsupported'>;
}

export interface AuditLogCheckOptions extends LagOptions {
  /** Only its entries count: the audit log is that of one organisation. */
  readonly endpoint: string;
  /** Opens the audit log for a ledger that was read; throws a KnownError where it must not or can't be. */
  readonly open: (ledger: VerifyResult) => Promise<AuditLogRows>;
  /** What the ledgers of other environments of this endpoint tell of it: rows of theirs are none of our business. */
  readonly others: () => Promise<LedgerEvents>;
}

const source = 'AutomatedConfigurator';

/**
 * Holds a ledger against the audit log, all six members of each event (docs/ledger.md, "Checking a ledger against the
 * rest"): what is delivered is there once and under the id that was recorded, and the log has nothing of this tool that
 * the ledger has not.
 */
export function auditLogCheck(options: AuditLogCheckOptions): LedgerCheck {
  const events = collectEvents(options.endpoint);
  const elsewhere = requestsElsewhere(options.endpoint);
  return {
    name: 'audit-log',
    needsWhole: true,
    entry(entry) {
      events.add(entry);
      elsewhere.add(entry);
    },
    async end(result, findings) {
      const log = await options.open(result);
      await waitForLag(options, events.lastDeliveredAt);
      const others = await options.others();
      const rows = await log.rows((row) => kept(row, events, others));
      if (rows === 'unsupported') {
        findings.add({
          seq: null,
          code: 'audit-log-unreadable',
          message:
            "the audit log can't be read here (that it can is an assumption, docs/cxone-api.md): whether it has what the ledger says that it has is not known",
        });
        return undefined;
      }
      const found = new Map<string, string[]>();
      for (const row of rows) {
        if (!('key' in row)) findings.add(foreign(row, events));
        else if (!found.has(row.key)) found.set(row.key, [row.logId]);
        else found.get(row.key)?.push(row.logId);
      }
      for (const [key, event] of events.byKey) judge(event, found.get(key) ?? [], findings);
      const count = rows.length.toLocaleString('en');
      return [
        `rows of this tool in the audit log, without those of other environments: ${count}`,
        ...elsewhere.notes(),
      ];
    },
  };
}

/** A row of an event of this ledger, or one that it has not. */
type KeptRow = { readonly key: string; readonly logId: string } | ForeignRow;

interface ForeignRow {
  readonly logId: string;
  readonly targetId: string;
  readonly action: string;
  readonly payloadHash: string;
  readonly timestamp: string;
}

function kept(row: FoundRow, events: LedgerEvents, others: LedgerEvents): KeptRow | undefined {
  if (row.source !== source) return undefined;
  const key = eventKey(row);
  const logId = short(row.logId);
  if (events.byKey.has(key)) return { key, logId };
  if (others.byKey.has(key)) return undefined;
  const targetId = row.targetId ?? '';
  // That environment's own check speaks of it.
  if (others.targets.has(targetId) && !events.targets.has(targetId)) return undefined;
  const { action, payloadHash, timestamp } = row;
  return {
    logId,
    targetId: short(targetId),
    action: short(action),
    payloadHash: short(payloadHash),
    timestamp: short(timestamp),
  };
}

function judge(
  { seq, id, action, timestamp, status, logId }: LedgerEvent,
  found: readonly string[],
  findings: Findings,
): void {
  const event = `${id}: its audit event (${action}, ${timestamp})`;
  const [first, ...again] = found;
  const add = (code: string, message: string) => findings.add({ seq, code, message: `${event} ${message}` });
  if (first === undefined) {
    if (status !== 'delivered') return;
    add('missing-row', `was delivered${as(logId)}, and the audit log has no such row: it was hidden, or never there`);
    return;
  }
  if (again.length > 0) add('doubled-row', `is in the audit log ${found.length} times: ${list(found)}`);
  if (status !== 'delivered') {
    const what = status === 'pending' ? 'is not delivered' : 'may have arrived';
    add('arrived', `${what}, says the ledger; the audit log has it${as(first)}`);
  } else if (logId !== undefined && !found.includes(short(logId)) && found.some((one) => one !== '')) {
    add('other-log-id', `was delivered${as(logId)}; the audit log has it${as(first)}`);
  }
}

function foreign(row: ForeignRow, { targets, begunAt }: LedgerEvents) {
  const id = targets.get(row.targetId);
  const target = id === undefined ? row.targetId : `${id} (${row.targetId})`;
  const what = `audit log ${row.logId}: ${row.action} of ${target}, ${row.timestamp}, to ${row.payloadHash.slice(0, 12)}`;
  const isOlder = begunAt !== undefined && Date.parse(row.timestamp) + 999 < begunAt;
  const [code, message] = isOlder
    ? ['row-before-ledger', 'it is older than this ledger: an earlier one was removed or replaced']
    : id !== undefined
      ? ['foreign-row', 'the ledger has no such event: a change outside it, an entry that was removed, or a forged row']
      : [
          'row-of-unknown-target',
          'no ledger of this root knows its target: one was removed, or something else writes as this tool',
        ];
  return { seq: null, code, message: `${what}: ${message}` };
}

/** Rows are what anyone wrote. */
function short(text: string | undefined): string {
  const most = 200;
  if (text === undefined || text.length <= most) return text ?? '';
  return `${text.slice(0, most).toWellFormed()}…`;
}

function as(logId: string | undefined): string {
  return logId === undefined || logId === '' ? '' : ` as ${logId}`;
}

function list(ids: readonly string[]): string {
  const most = 10;
  const more = ids.length > most ? ` and ${ids.length - most} more` : '';
  return `${ids.slice(0, most).join(', ')}${more}`;
}
