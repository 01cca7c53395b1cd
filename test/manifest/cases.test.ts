import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folderSource } from '../../src/manifest/folder-source.js';
import { loadEnvironment } from '../../src/manifest/load-environment.js';

const root = 'test/cases/manifest';

describe('each defect is one problem at its place, and says what to do', () => {
  it.each(casesIn(root))('%s', async (name) => {
    const folder = `${root}/${name}`;
    const { problems } = await loadEnvironment(folderSource(folder), 'env');
    const lines = problems.map(({ severity, code, file, line, column, path, message, hint }) =>
      [`${file.slice(folder.length + 1)}:${line}:${column} ${severity} ${code} ${path}`, message, hint ?? ''].join(
        '\n  ',
      ),
    );
    const text = `${lines
      .join('\n')
      .replaceAll(/[ \n]+\n/g, '\n')
      .trimEnd()}\n`;
    if (process.env['WRITE_CASES'] === '1') writeFileSync(`${folder}/expected.txt`, text);
    expect(text).toBe(readFileSync(`${folder}/expected.txt`, 'utf8'));
  });
});

function casesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
