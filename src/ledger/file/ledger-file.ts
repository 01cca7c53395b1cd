import { join } from 'node:path';

/** The path of an environment's ledger in its folder. */
export function ledgerFile(folder: string, environment: string): string {
  return join(folder, `${environment}.jsonl`);
}
