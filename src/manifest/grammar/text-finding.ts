/** What is wrong in a grammar's text, and at which offset of it. */
export interface TextFinding {
  readonly severity?: 'warning';
  readonly code: string;
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}
