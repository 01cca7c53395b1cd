/** The frozen exit codes of docs/semantics.md. */
export const ExitCode = {
  done: 0,
  failed: 1,
  differences: 2,
  invalid: 3,
  denied: 4,
  refused: 5,
  stale: 6,
  incomplete: 7,
  auditIncomplete: 8,
  rolloutStopped: 9,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** From the worst to the best: of several environments, the first of these that occurred is the run's code. */
const precedence: readonly ExitCode[] = [70, 130, 7, 3, 4, 6, 5, 9, 1, 8, 2, 0];

/** The exit code of a run over several environments. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  return precedence.find((code) => codes.includes(code)) ?? ExitCode.done;
}
