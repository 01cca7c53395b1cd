/** Why a file, or a document in it, can't be taken; `offset` is where in the text. */
export interface ParseFault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly offset: number;
}
