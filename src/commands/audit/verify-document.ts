import { openFindings } from '../../ledger/verify/findings.js';
import type { CheckName } from '../../ledger/verify/ledger-check.js';
import type { VerifyResult } from '../../ledger/verify/verify.js';
import type { AuditVerify } from '../../model/generated/audit-verify.js';
import { faultMeaning } from './fault-meaning.js';
import type { CheckResults } from './run-checks.js';

/** All that a ledger can be held against, in the order that they are told of. */
const allChecks: readonly CheckName[] = ['ledger', 'signatures', 'audit-log', 'live', 'plans', 'git'];

/** Which ledger a document is about. */
export interface OfLedger {
  readonly environment: string;
  /** What messages call it, such as its path. */
  readonly ledger: string;
  /** Whether its environment is one of a simulator; undefined where that was not looked at. */
  readonly isSimulator: boolean | undefined;
}

/** The document of one environment: what the ledger says of itself, and what the checks found, in the ledger's order. */
export function verifyDocument(
  { environment, ledger, isSimulator }: OfLedger,
  result: VerifyResult,
  { findings: found, checked, notes, signed }: CheckResults & Pick<AuditVerify, 'signed'>,
): AuditVerify {
  const { entries, head, openIntents, undelivered, deliveryUnknown, delivered } = result;
  const isNew = neverBegun(result, checked) && found.first.length === 0;
  const findings = openFindings();
  for (const one of [...ownFindings(environment, result), ...found.first]) findings.add(one);
  // What is open before the first bad entry may have been closed behind it.
  const faults = isNew ? [] : [...badEntry(ledger, result), ...findings.first];
  const more = findings.more + found.more;
  return {
    formatVersion: 1,
    environment,
    simulated: result.simulated ?? isSimulator ?? null,
    status: faults.length === 0 ? 'clean' : 'faults',
    entries,
    head: entries === 0 ? null : head,
    faults,
    moreFaults: more,
    checked: [...checked],
    notChecked: allChecks.filter((name) => !checked.includes(name)),
    notes: isNew ? [...notes, 'there is no ledger, and nothing in the audit log says that there was one'] : [...notes],
    signed,
    delivered,
    undelivered: undelivered.length,
    unknown: deliveryUnknown.length,
    open: openIntents.length,
  };
}

/**
 * No ledger is a fault, for it may have been removed; unless the audit log was asked, which would know. Whoever brings a
 * key or a checkpoint says that there is one, and knows better: the audit log may keep its rows for a while only.
 */
function neverBegun({ fault }: VerifyResult, checked: readonly CheckName[]): boolean {
  return fault?.code === 'empty' && checked.includes('audit-log') && !checked.includes('signatures');
}

/** What the good entries alone show. */
function ownFindings(environment: string, result: VerifyResult): AuditVerify['faults'] {
  const { openIntents, undelivered, deliveryUnknown, unaudited } = result;
  return [
    ...openIntents.map(({ entry }) => ({
      seq: entry.seq,
      code: 'open-intent',
      message: `${entry.id}: the request of this intent (${entry.step}) has no outcome; the next apply finds out`,
    })),
    ...undelivered.map(({ seq, id, event }) => ({
      seq,
      code: 'undelivered',
      message: `${id}: its audit event (${event.action}) is not delivered; \`cxone-gitops audit deliver ${environment}\` sends it`,
    })),
    ...deliveryUnknown.map(({ seq, id, event }) => ({
      seq,
      code: 'delivery-unknown',
      message: `${id}: whether its audit event (${event.action}, ${event.timestamp}) arrived is not known; settle it with \`cxone-gitops audit deliver ${environment} --resolve ${seq}=LOGID|absent\``,
    })),
    ...unaudited.map(({ seq, intent }) => ({
      seq,
      code: 'unaudited',
      message: `${intent.id}: it was created and has no audit event yet; the next apply sends one`,
    })),
  ];
}

/** The first bad entry; a ledger that is not there has none to blame. */
function badEntry(ledger: string, { fault }: VerifyResult): AuditVerify['faults'] {
  if (fault === undefined) return [];
  if (fault.code === 'empty') return [{ ...fault, seq: null, message: `${fault.message} (${ledger})` }];
  return [{ ...fault, message: `${fault.message}. ${faultMeaning(fault)}` }];
}
