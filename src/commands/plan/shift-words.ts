import type { UnfinishedShift } from '../../traffic/unfinished-shifts.js';

/** What a reader must know of a shift that an earlier run did not finish: its traffic is unserved. */
export function shiftWords({ engine: { id }, before, now, raises, continues }: UnfinishedShift): string {
  const others = raises.join(' and ');
  return (
    `${id}: an earlier run lowered it from ${before} % to ${now} % and ended before ${others} took that over. ` +
    (continues
      ? 'Until this plan is applied, that traffic is served by no version'
      : `This plan does not change ${others}, so that traffic stays served by no version`)
  );
}
