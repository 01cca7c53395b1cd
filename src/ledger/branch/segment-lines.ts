import type { Git } from '../../git/git.js';
import { readBlobs } from '../../git/read-blobs.js';
import { KnownError } from '../../model/known-error.js';
import { type LineSource, linesIn } from '../file/read-lines.js';
import type { Segment } from './branch-folder.js';

/** As many bytes of blobs as are read at a time, unless one alone has more. */
const BATCH = 4 * 1024 * 1024;

/** The lines of a ledger's segments, in their order, in memory that does not grow with it. Throws a LedgerError. */
export function segmentLines(git: Git, folder: string, segments: readonly Segment[], name: string): LineSource {
  return linesIn(segmentChunks(git, folder, segments, name));
}

async function* segmentChunks(
  git: Git,
  folder: string,
  segments: readonly Segment[],
  name: string,
): AsyncIterable<Buffer> {
  for (const batch of batches(segments)) {
    const ids = batch.map(({ id }) => id);
    const blobs = await readBlobs(git, folder, ids);
    for (const id of ids) {
      const bytes = blobs.get(id);
      if (bytes === undefined)
        throw new KnownError('LedgerError', `${name}: git can't read ${id}, which is part of it`);
      yield bytes;
    }
  }
}

function* batches(segments: readonly Segment[]): Iterable<readonly Segment[]> {
  let batch: Segment[] = [];
  let size = 0;
  for (const segment of segments) {
    if (batch.length > 0 && size + segment.size > BATCH) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(segment);
    size += segment.size;
  }
  if (batch.length > 0) yield batch;
}
