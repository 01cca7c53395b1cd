import type { AuditShow, TimelineRow } from '../model/generated/audit-show.js';

/** What is known of a ledger when its timeline begins. */
export type TimelineHead = Pick<AuditShow, 'environment' | 'endpoint' | 'simulated' | 'ledgerId' | 'filter'>;

/** All but the rows, which are printed as they come. */
export type TimelineEnd = Omit<AuditShow, 'timeline'> & { readonly shown: number };

/** A format that is printed piece by piece, so that no ledger is too long for it. */
export interface TimelineFormat {
  head(head: TimelineHead): string;
  /** `endpoint` is the one that the ledger began with. */
  row(row: TimelineRow, endpoint: string | null): string;
  end(end: TimelineEnd): string;
}

/** What it means that a ledger's timeline ends before its first bad entry. */
export const meaningOfFault =
  'Neither it nor what comes after it can be relied on, and none of that is shown: what is open or pending here may have been settled there.';

/** The filters as options of the command, escaped by `show`; empty for none. */
export function filterWords({ engine, since, until, actor }: AuditShow['filter'], show: (text: string) => string) {
  return [
    ...engine.map((pattern) => `--engine ${show(pattern)}`),
    ...(since === null ? [] : [`--since ${since}`]),
    ...(until === null ? [] : [`--until ${until}`]),
    ...(actor === null ? [] : [`--actor ${show(actor)}`]),
  ].join(' ');
}
