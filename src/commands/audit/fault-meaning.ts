import type { LedgerFault } from '../../ledger/parse-entry.js';

/** What a ledger's first bad entry means for who reads it, in a sentence. */
export function faultMeaning({ seq, code }: LedgerFault): string {
  const rest =
    seq === 1
      ? 'Nothing of this ledger can be relied on'
      : `Entries 1 to ${seq - 1} hang together; from here on nothing can be relied on`;
  if (code === 'unfinished') return 'What was being written is no entry; all those before it hang together';
  return `${rest}: compare with a copy kept elsewhere`;
}
