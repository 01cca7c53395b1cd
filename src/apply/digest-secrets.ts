import type { ApplyRun } from './apply-run.js';
import type { Progress } from './progress.js';

/**
 * Makes the digests of the header values that a write is about to send, and returns what records them once it is
 * confirmed and its outcome durable, so that a later run sees when a value has changed (docs/ledger.md, "Kinds"). They
 * are made before, so that hardly any time is left between the two; a run that dies there has the values sent again,
 * or counts them as unknown. What is returned throws a KnownError when the ledger can't be written.
 */
export async function digestSecrets(
  run: ApplyRun,
  progress: Progress,
  headers: readonly string[],
): Promise<() => Promise<void>> {
  const { change } = progress;
  const digests = await Promise.all(
    headers.map(async (header) => ({ header, ...(await run.headers.digestOf(change, header)) })),
  );
  return async () => {
    const { remoteId } = progress;
    if (remoteId === null) throw new Error(`${change.id}: header values were sent to nothing`);
    await Promise.all(
      digests.map((digest) => run.ledger.append({ kind: 'secret', id: change.id, remoteId, ...digest })),
    );
  };
}
