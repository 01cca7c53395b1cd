/** A place in a file. Lines and columns count from 1; a column counts UTF-16 code units. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something a user can put right. All problems of a run are collected and shown at once. */
export interface Problem extends Location {
  readonly severity: 'error' | 'warning';
  /** A stable, kebab-case name of the rule, for example `unknown-key`. */
  readonly code: string;
  /** JSON Pointer into the document, `''` for the whole of it. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  /** The lines around the place, for a code frame; never part of JSON output. Absent where content must not be echoed. */
  readonly excerpt?: Excerpt;
}

/** Some lines of a file; `firstLine` is the number of the first of them. */
export interface Excerpt {
  readonly firstLine: number;
  readonly text: string;
}

/** True when nothing in the list is an error. */
export function isValid(problems: readonly Problem[]): boolean {
  return problems.every((problem) => problem.severity !== 'error');
}
