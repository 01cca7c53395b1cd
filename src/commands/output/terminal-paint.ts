import { styleText } from 'node:util';
import type { Paint } from '../../report/paint.js';
import { plainPaint } from '../../report/paint.js';
import { flagWord } from '../options/flag-word.js';

const colourPaint: Paint = {
  bold: (text) => styleText('bold', text, { validateStream: false }),
  dim: (text) => styleText('dim', text, { validateStream: false }),
  red: (text) => styleText('red', text, { validateStream: false }),
  green: (text) => styleText('green', text, { validateStream: false }),
  yellow: (text) => styleText('yellow', text, { validateStream: false }),
  cyan: (text) => styleText('cyan', text, { validateStream: false }),
};

/** How text for a stream is painted: in colour where `hasColours`. */
export function terminalPaint(coloured: boolean): Paint {
  return coloured ? colourPaint : plainPaint;
}

/** FORCE_COLOR, NO_COLOR, then whether it is a terminal; `--no-color` wins. */
export function hasColours(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM, CXONE_GITOPS_NO_COLOR } = env;
  if (args.includes('--no-color') || flagWord(CXONE_GITOPS_NO_COLOR ?? '') === true) return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return isTerminal && !NO_COLOR && TERM !== 'dumb';
}
