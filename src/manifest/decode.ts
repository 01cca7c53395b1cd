import type { Refusal } from './manifest-source.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** A manifest's text from its bytes: UTF-8, a byte order mark left out. Anything else is a refusal, not half a text. */
export function decode(bytes: Uint8Array): { readonly text: string } | Refusal {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) return { code: 'not-utf8', message: 'The file is UTF-16.', hint: 'Save it as UTF-8.' };
  if (bytes.includes(0)) {
    return {
      code: 'binary-file',
      message: 'The file holds NUL bytes: it is binary, or not UTF-8.',
      hint: 'Save it as UTF-8.',
    };
  }
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { code: 'not-utf8', message: 'The file is not UTF-8.', hint: 'Save it as UTF-8.' };
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
