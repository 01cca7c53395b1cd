import type { HalfDoneShift } from '../../apply/half-done-shifts.js';

/** What a reader must know of a shift that an earlier run did not finish: until this plan is applied, calls go nowhere. */
export function unservedWords({ comparison: { id }, before, now, raises }: HalfDoneShift): string {
  return (
    `${id}: an earlier run lowered it from ${before} % to ${now} % and ended before ${raises.join(' and ')} took that over. ` +
    'Until this plan is applied, that traffic is served by no version'
  );
}
