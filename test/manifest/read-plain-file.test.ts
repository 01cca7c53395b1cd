import type * as nodeFs from 'node:fs';
import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readPlainFile } from '../../src/manifest/read-plain-file.js';

/** Called between two steps of reading, where another process may do something. */
const between = vi.hoisted(() => ({ lookAndOpen: () => {}, openAndRead: () => {}, readAndEnd: () => {} }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof nodeFs>();
  return {
    ...fs,
    lstatSync: (file: string) => {
      const stats = fs.lstatSync(file);
      between.lookAndOpen();
      return stats;
    },
    readSync: (...args: [number, Buffer, number, number, null]) => {
      between.openAndRead();
      const count = fs.readSync(...args);
      between.readAndEnd();
      return count;
    },
  };
});

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'read-'));
  file = path.join(folder, 'a.yaml');
  writeFileSync(file, 'kind: SpeechEngine\n');
});
afterEach(() => {
  Object.assign(between, { lookAndOpen: () => {}, openAndRead: () => {}, readAndEnd: () => {} });
  rmSync(folder, { recursive: true, force: true });
});

function once(step: keyof typeof between, what: () => void): void {
  between[step] = () => {
    between[step] = () => {};
    what();
  };
}

describe('a file that changes while it is read', () => {
  const other = () => path.join(folder, 'other');
  const changes: Record<string, () => void> = {
    grows: () => appendFileSync(file, '# more\n'),
    shrinks: () => truncateSync(file, 3),
    'is written anew in the same length': () => {
      writeFileSync(file, 'kind: SpeechEngin3\n');
      utimesSync(file, 1, 1);
    },
  };
  const replacements: Record<string, () => void> = {
    'becomes a link': () => {
      renameSync(file, other());
      symlinkSync(other(), file);
    },
    'becomes another file': () => {
      writeFileSync(other(), 'kind: SpeechEngine\n');
      renameSync(other(), file);
    },
  };
  for (const [words, change] of Object.entries(changes)) {
    it.each(['lookAndOpen', 'openAndRead', 'readAndEnd'] as const)(`and ${words} is refused: %s`, (step) => {
      once(step, change);
      // What was read to its end before the file grew is whole, but it is no longer what is there.
      expect(readPlainFile(file, 'a.yaml')).toMatchObject({ code: 'file-changed' });
    });
  }

  for (const [words, replace] of Object.entries(replacements)) {
    it(`and ${words} before it is opened is refused`, () => {
      once('lookAndOpen', replace);
      expect(readPlainFile(file, 'a.yaml')).toMatchObject({ code: 'file-changed' });
    });

    it(`and ${words} once it is open is read as it was`, () => {
      once('openAndRead', replace);
      const read = readPlainFile(file, 'a.yaml');
      expect('bytes' in read && Buffer.from(read.bytes).toString()).toBe('kind: SpeechEngine\n');
    });
  }

  it('and goes is missing', () => {
    once('lookAndOpen', () => rmSync(file));
    expect(readPlainFile(file, 'a.yaml')).toMatchObject({ code: 'missing-file' });
  });

  it('and does not change is read', () => {
    const read = readPlainFile(file, 'a.yaml');
    expect('bytes' in read && Buffer.from(read.bytes).toString()).toBe('kind: SpeechEngine\n');
  });
});
