import type { LedgerEnd } from '../ledger-store.js';

/** What is needed of an open file; node's FileHandle is one. */
export interface LedgerHandle {
  write(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  datasync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** Returns what adds text to the end of a file and makes it durable. What was behind the end is overwritten, then cut. */
export function appendToFile(handle: LedgerHandle, { size: end, tail }: LedgerEnd): (text: string) => Promise<void> {
  let position = end;
  let size = end + tail;
  return async (text) => {
    const bytes = Buffer.from(text, 'utf8');
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
      if (bytesWritten === 0) throw new Error('nothing could be written');
      written += bytesWritten;
    }
    position += bytes.length;
    if (size > position) await handle.truncate(position);
    size = position;
    await handle.datasync();
  };
}
