import type { Page } from '../../report/paint.js';
import type { Printer } from '../context.js';

/** The page for sentences: in a terminal their lines end where it does; in a pipe or a log they stay whole, for grep. */
export function prosePage({ page, isTerminal }: Printer): Page {
  return isTerminal ? page : { ...page, width: Number.POSITIVE_INFINITY };
}
