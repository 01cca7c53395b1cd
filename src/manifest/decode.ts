import type { Refusal } from './manifest-source.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

const saveAsUtf8 = 'Save it as UTF-8.';

/** A manifest's text from its bytes: UTF-8, a byte order mark left out. Anything else is a refusal, not half a text. */
export function decode(bytes: Uint8Array): { readonly text: string } | Refusal {
  const encoding = otherEncoding(bytes);
  if (encoding !== undefined) return { code: 'not-utf8', message: `The file is ${encoding}.`, hint: saveAsUtf8 };
  const nul = bytes.indexOf(0);
  if (nul !== -1) {
    const message = 'The file holds NUL bytes: it is binary, or not UTF-8.';
    return { code: 'binary-file', message, hint: saveAsUtf8, line: lineOf(bytes, nul) };
  }
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { code: 'not-utf8', message: 'The file is not UTF-8.', hint: saveAsUtf8, line: firstBrokenLine(bytes) };
  }
  if (text.startsWith('version https://git-lfs.github.com/spec/')) {
    return {
      code: 'lfs-pointer',
      message: 'The file is a Git LFS pointer, not its content.',
      hint: 'Run: git lfs pull',
    };
  }
  return { text };
}

/** By its byte order mark, or by the NULs that it has where text in Latin letters would be. */
function otherEncoding(bytes: Uint8Array): string | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) return 'UTF-32';
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? 'UTF-32' : 'UTF-16';
  if (first === 0xfe && second === 0xff) return 'UTF-16';
  const start = bytes.subarray(0, 64);
  if (start.length < 4 || start.length % 2 === 1) return undefined;
  const everyOther = (from: number) => start.every((byte, index) => (byte === 0) === (index % 2 === from));
  return everyOther(0) || everyOther(1) ? 'UTF-16' : undefined;
}

/** A line feed is never a part of a longer character, so that each line decodes by itself. */
function firstBrokenLine(bytes: Uint8Array): number {
  let line = 1;
  for (let from = 0; from < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, from);
    const to = end === -1 ? bytes.length : end;
    try {
      utf8.decode(bytes.subarray(from, to));
    } catch {
      return line;
    }
    from = to + 1;
  }
  return 1;
}

function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(0x0a); at !== -1 && at < offset; at = bytes.indexOf(0x0a, at + 1)) line += 1;
  return line;
}
