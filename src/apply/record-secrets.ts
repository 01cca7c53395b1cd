import type { ApplyRun } from './apply-run.js';
import type { Progress } from './progress.js';

/**
 * Records the digests of the header values that a confirmed write sent, so that a later run sees when one has changed
 * (docs/ledger.md, "Kinds"). Its outcome is durable by now: a run that dies before this sends the same values again.
 * Throws a KnownError when the ledger can't be written.
 */
export async function recordSecrets(run: ApplyRun, progress: Progress, headers: readonly string[]): Promise<void> {
  const { change, remoteId } = progress;
  if (remoteId === null) return;
  const digests = await Promise.all(
    headers.map(async (header) => ({ header, ...(await run.headers.digestOf(change, header)) })),
  );
  await Promise.all(digests.map((digest) => run.ledger.append({ kind: 'secret', id: change.id, remoteId, ...digest })));
}
