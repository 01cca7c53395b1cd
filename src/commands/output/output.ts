import { fstatSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

/** The process's stdout or stderr. Everything goes through it, so that a write that fails never ends the work. */
export interface Output {
  /** Writes text. From the first write that failed on, it does nothing. */
  readonly write: (text: string) => void;
  /** The same for libraries that draw by themselves, such as progress bars and prompts. */
  readonly stream: TerminalStream;
  /** Aborted when a write fails; its reason is the system's error. */
  readonly gone: AbortSignal;
  /** Resolves when the system has taken all that was written, or a write failed. Never rejects. */
  readonly flushed: () => Promise<void>;
}

/** What a library wants to know of a terminal; columns are 0 where it has no width. */
export type TerminalStream = NodeJS.WritableStream & { readonly isTTY: boolean; readonly columns: number };

/** What is needed of process.stdout and process.stderr. */
export type OutputTarget = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly fd?: number;
};

/**
 * Takes a stream of the process over. A disk that fills, a terminal that is gone and a reader that ended are told by
 * `gone`, and by nothing else: node throws, or emits `error`, or says nothing, as the kind of the stream has it.
 */
export function openOutput(target: OutputTarget, mask: (text: string) => string): Output {
  const broken = new AbortController();
  const gone = broken.signal;
  const fail = (error: unknown) => broken.abort(error);
  target.on('error', fail);
  const file = plainFile(target);
  let isUsed = false;
  const write = (text: string) => {
    if (gone.aborted || text === '') return;
    isUsed = true;
    try {
      if (file === undefined) target.write(mask(text));
      else writeWhole(file, mask(text));
    } catch (error) {
      fail(error);
    }
  };
  const flushed = () =>
    new Promise<void>((resolve) => {
      // A full device refuses even to write nothing.
      if (gone.aborted || !isUsed) return resolve();
      gone.addEventListener('abort', () => resolve(), { once: true });
      // A pipe takes 64 KB at a time. Its callback comes behind all that was written before.
      target.write('', () => resolve());
    });
  return { write, stream: streamOf(target, write), gone, flushed };
}

/** Node's own stream ignores that a disk which fills took a part of the text only, and then reports no error. */
function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(file, bytes, written);
  }
}

/** The descriptor of a file that text is redirected to. */
function plainFile({ fd, isTTY }: OutputTarget): number | undefined {
  if (fd === undefined || isTTY === true) return undefined;
  try {
    return fstatSync(fd).isFile() ? fd : undefined;
  } catch {
    // The first write says what is wrong.
    return undefined;
  }
}

function streamOf(target: OutputTarget, write: (text: string) => void): TerminalStream {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      write(chunk.toString());
      done();
    },
  });
  target.on('resize', () => stream.emit('resize'));
  return Object.defineProperties(Object.assign(stream, { isTTY: target.isTTY === true, columns: 0 }), {
    columns: { get: () => target.columns ?? 0 },
    rows: { get: () => target.rows ?? 0 },
    // It outlives every library that ends or closes it, as process.stderr does.
    end: { value: () => stream },
    destroy: { value: () => stream },
  });
}
