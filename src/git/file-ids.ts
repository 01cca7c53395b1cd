import { createHash } from 'node:crypto';

/** The ids that git would give a file's bytes, in a repository of either kind. */
export interface BlobIds {
  readonly sha1: string;
  readonly sha256: string;
}

/** The ids of a file on disk. */
export interface FileIds extends BlobIds {
  /** The ids of the same bytes with LF in place of each CRLF; absent if there is no CRLF. */
  readonly withoutCr?: BlobIds;
}

/** Returns the ids of a file while its bytes are at hand, so that nobody has to keep the bytes. */
export function fileIds(bytes: Uint8Array): FileIds {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ids = blobIds(buffer);
  if (!buffer.includes('\r\n')) return ids;
  // latin1 maps each byte to one character and back.
  return { ...ids, withoutCr: blobIds(Buffer.from(buffer.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')) };
}

function blobIds(bytes: Buffer): BlobIds {
  const id = (algorithm: 'sha1' | 'sha256') =>
    createHash(algorithm).update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
  return { sha1: id('sha1'), sha256: id('sha256') };
}
