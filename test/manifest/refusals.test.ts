import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Budget } from '../../src/manifest/budget.js';
import { refusedByDisk } from '../../src/manifest/disk-errors.js';
import { folderSource } from '../../src/manifest/folder-source.js';
import { parse } from '../../src/manifest/parse.js';
import { readPlainFile } from '../../src/manifest/read-plain-file.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'refusals-'));
  mkdirSync(path.join(folder, 'env'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a file is refused', () => {
  it('that became a link after it was listed', async () => {
    writeFileSync(path.join(folder, 'env/a.yaml'), 'a: 1\n');
    const source = folderSource(folder);
    expect(await source.files('env', 10)).toEqual([{ path: 'env/a.yaml' }]);
    renameSync(path.join(folder, 'env/a.yaml'), path.join(folder, 'a.yaml'));
    symlinkSync(path.join(folder, 'a.yaml'), path.join(folder, 'env/a.yaml'));
    expect(await source.read('env/a.yaml')).toMatchObject({ code: 'file-changed' });
  });

  it('whose name is not UTF-8, of which only marks reach us', () => {
    expect(readPlainFile(path.join(folder, 'env/a\ufffd.yaml'), 'a')).toMatchObject({ code: 'file-name' });
    expect(readPlainFile(path.join(folder, 'env/a.yaml'), 'a')).toMatchObject({ code: 'missing-file' });
  });

  it('that its reader has no permission for', () => {
    const error = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    expect(refusedByDisk(error)).toMatchObject({ code: 'unreadable-file' });
  });

  it('that holds more words and signs than are read', () => {
    const [result] = parse(`[${'a,'.repeat(400_000)}]`);
    expect(result).toMatchObject({ faults: [{ code: 'too-many-values' }] });
  });

  it('with which the environment would hold more than 64 MiB, and each after it', () => {
    const budget = new Budget();
    expect(budget.takeFile(64 * 1024 * 1024)).toBeUndefined();
    expect(budget.takeFile(1)).toMatchObject({ code: 'too-much' });
    expect(budget.takeDocument(1)).toMatchObject({ code: 'too-much' });
  });
});
