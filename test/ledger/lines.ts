import type { Line } from '../../src/ledger/file/read-lines.js';

/** A ledger's bytes as readLines gives them. */
export async function* linesOf(bytes: Buffer): AsyncGenerator<Line[]> {
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    yield [{ bytes: bytes.subarray(start, end), finished: true }];
    start = end + 1;
  }
  if (start < bytes.length) yield [{ bytes: bytes.subarray(start), finished: false }];
}
