/** Why a file is not taken; nothing of its content is shown. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** From 1; where it is known. */
  readonly line?: number;
}
