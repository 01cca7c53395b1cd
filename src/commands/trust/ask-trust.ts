import { KnownError } from '../../model/known-error.js';
import type { TrustChange } from '../../model/trust-changes.js';
import { counted } from '../../report/counted.js';
import { escapeTerminal } from '../../report/escape-terminal.js';
import { trustSentence, trustWords } from '../../report/trust-words.js';
import type { Context, Printer } from '../context.js';

/**
 * Asks a person to accept changes of trusted settings. Throws a KnownError (InterruptedError) for a no; nothing was
 * written and no secret read then.
 */
export async function askTrust(
  context: Pick<Context, 'confirm' | 'err'>,
  changes: readonly TrustChange[],
): Promise<void> {
  listTrust(context.err, changes);
  if ((await context.confirm?.(trustQuestion(changes))) === true) return;
  throw new KnownError('InterruptedError', 'the changed trusted settings were not accepted, so nothing was written');
}

/** Prints what is to be accepted, whole: also under --quiet, for nobody can accept what was not shown. */
export function listTrust({ page, write }: Pick<Printer, 'page' | 'write'>, changes: readonly TrustChange[]): void {
  const title = `${page.paint.red('!')} ${page.paint.bold('Trusted settings changed since the last apply')}`;
  const lines = changes.map((change) => `    ${escapeTerminal(trustSentence(change))}`);
  write(`${[title, ...lines].join('\n')}\n\n`);
}

/** The question about them alone, escaped for a terminal: `Send A to B? Before: nowhere.` */
export function trustQuestion(changes: readonly TrustChange[]): string {
  const single = singleOf(changes);
  if (single === undefined) return `Accept the ${counted(changes.length, 'change')} of trusted settings above?`;
  const { order, before } = trustWords(single);
  return escapeTerminal(`${order}? Before: ${before}.`);
}

/** What a question about something else adds of them: `send A to B (before: nowhere)`. */
export function trustOrder(changes: readonly TrustChange[]): string {
  const single = singleOf(changes);
  if (single === undefined) return `accept the ${counted(changes.length, 'change')} of trusted settings above`;
  const sentence = trustSentence(single);
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

/** A question has room for one change that is not too long; the list above it shows each whole. */
const mostCharacters = 300;

function singleOf(changes: readonly TrustChange[]): TrustChange | undefined {
  const [first, ...others] = changes;
  if (first === undefined || others.length > 0 || trustSentence(first).length > mostCharacters) return undefined;
  return first;
}
