import { ExitCode } from '../../model/exit-code.js';
import { errnoOf, fileFault } from '../../model/file-fault.js';

/** What is left to say of output that could not be written. */
interface LostOutput {
  readonly exitCode: ExitCode;
  /** For stderr; empty where nothing is wrong, or where the reader left as `head` does. */
  readonly text: string;
}

/**
 * The exit code of a run whose stdout or stderr may have failed: the outcome's, but 1 in place of 0 where text was lost.
 * A reader that closes its pipe wants no more of it, which is no failure.
 */
export function lostOutput(exitCode: ExitCode, { out, err }: Record<'out' | 'err', AbortSignal>): LostOutput {
  const isLost = (gone: AbortSignal) => gone.aborted && errnoOf(gone.reason) !== 'EPIPE';
  if (!isLost(out) && !isLost(err)) return { exitCode, text: '' };
  const code = exitCode === ExitCode.done ? ExitCode.failed : exitCode;
  if (!isLost(out)) return { exitCode: code, text: '' };
  const { words, hint } = fileFault(out.reason);
  const lines = [`error: stdout: the output could not be written: ${words}`, `hint: ${hint}`];
  return { exitCode: code, text: `${lines.join('\n')}\n` };
}
