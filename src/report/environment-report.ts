import type { Problem } from '../model/problem.js';

/** What `validate` says of one environment. */
export type EnvironmentReport = CheckedEnvironment | UnreadEnvironment;

/** An environment whose files were read; `problems` may be empty. */
export interface CheckedEnvironment {
  readonly environment: string;
  /** How many the manifests define, those with errors included. */
  readonly resources: number;
  readonly problems: readonly Problem[];
}

/** An environment of which nothing could be read; its name is empty where the run ended before it knew of any. */
export interface UnreadEnvironment {
  readonly environment: string;
  readonly error: {
    /** The KnownError's, or `InternalError`. */
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
  };
  /** Where a forge shows it: a file or folder that is there, or should be. */
  readonly file: string;
}

export function isUnread(report: EnvironmentReport): report is UnreadEnvironment {
  return 'error' in report;
}
