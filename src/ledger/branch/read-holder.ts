import { readBlobs } from '../../git/read-blobs.js';
import type { BranchLedgerOptions } from './branch-options.js';
import { type Holder, parseHolder } from './holder.js';

/** Who a holder file names; undefined for what the tool did not write. */
export async function readHolder({ git, folder }: BranchLedgerOptions, blob: string): Promise<Holder | undefined> {
  const bytes = (await readBlobs(git.read, folder, [blob])).get(blob);
  return bytes === undefined || bytes.length > MAX_HOLDER ? undefined : parseHolder(bytes.toString('utf8'));
}

const MAX_HOLDER = 16 * 1024;
