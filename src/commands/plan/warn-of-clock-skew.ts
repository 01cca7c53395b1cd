import type { CxoneReader } from '../../cxone/connect.js';
import { type Context, type SharedOptions, say } from '../context.js';

/** From here on the ledger's times can't be laid beside CXone's any more (docs/security.md, "What the trail proves"). */
const noticedMs = 5 * 60_000;

const warned = new WeakSet<object>();

/** Says once for each client that the clocks of CXone and of this machine are more than five minutes apart. */
export function warnOfClockSkew(
  context: Pick<Context, 'err'>,
  options: Pick<SharedOptions, 'quiet'>,
  reader: Pick<CxoneReader, 'clockSkewMs'>,
): void {
  const skewMs = reader.clockSkewMs();
  if (skewMs === undefined || Math.abs(skewMs) <= noticedMs || warned.has(reader)) return;
  warned.add(reader);
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  const direction = skewMs > 0 ? 'behind' : 'ahead of';
  say(
    context,
    options,
    `warning: the clock of this machine is ${minutes} minutes ${direction} CXone's: set it, or no change window can be judged`,
  );
}
