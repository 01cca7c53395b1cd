import { ExitCode } from './exit-code.js';
import type { Problem } from './problem.js';
import type { Refusal } from './refusal.js';

/** Every reason for which a run stops, and the exit code that it gives. */
const exitCodes = {
  OptionError: ExitCode.invalid,
  ManifestError: ExitCode.invalid,
  ConfigurationError: ExitCode.invalid,
  MatchError: ExitCode.invalid,
  FileError: ExitCode.failed,
  NetworkError: ExitCode.failed,
  ApiError: ExitCode.failed,
  LedgerError: ExitCode.failed,
  AuthError: ExitCode.denied,
  GuardrailError: ExitCode.refused,
  TrustError: ExitCode.refused,
  StalePlanError: ExitCode.stale,
  UnknownOutcomeError: ExitCode.incomplete,
  AuditError: ExitCode.auditIncomplete,
  InterruptedError: ExitCode.interrupted,
} as const satisfies Record<string, ExitCode>;

export type KnownErrorCode = keyof typeof exitCodes;

interface KnownErrorDetails {
  /** What the user can do about it. */
  readonly hint?: string;
  readonly problems?: readonly Problem[];
  /** Each reason for which a rule refused a plan. */
  readonly refusals?: readonly Refusal[];
  readonly cause?: unknown;
}

/**
 * What stops a run and is not a bug. The message names the thing first, then what happened. It is shown without a stack
 * trace; everything that is not a KnownError is a bug and exits with 70.
 */
export class KnownError extends Error {
  override readonly name = 'KnownError';
  readonly code: KnownErrorCode;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];
  readonly refusals: readonly Refusal[];

  constructor(code: KnownErrorCode, message: string, details: KnownErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.exitCode = exitCodes[code];
    this.hint = details.hint;
    this.problems = details.problems ?? [];
    this.refusals = details.refusals ?? [];
  }
}
