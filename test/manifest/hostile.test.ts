import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderSource } from '../../src/manifest/folder-source.js';
import { listEnvironments } from '../../src/manifest/list-environments.js';
import { loadEnvironment } from '../../src/manifest/load-environment.js';
import { parse } from '../../src/manifest/parse.js';

const environment = 'apiVersion: cxone-gitops/v1\nkind: Environment\nspec:\n  orgId: example-dev\n';
const engine = (spec: string, name = 'IVR') =>
  `apiVersion: cxone-gitops/v1\nkind: SpeechEngine\nmetadata:\n  name: ${name}\nspec:\n  version: 1.0.0\n` +
  `  acousticModelId: a\n  languageProfileId: b\n${spec}`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'manifests-'));
  write('root/env/environment.yaml', environment);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(file: string, content: string | Uint8Array): void {
  const full = path.join(folder, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, content);
}

async function problems(): Promise<string[]> {
  const loaded = await loadEnvironment(folderSource(path.join(folder, 'root')), 'env');
  return loaded.problems.map(({ file, line, column, code }) => `${path.basename(file)}:${line}:${column} ${code}`);
}

describe('a hostile YAML text', () => {
  it('is refused where it passes 100 levels, whatever it nests', () => {
    const nests = ['['.repeat(2000), '{a: '.repeat(2000), '- '.repeat(20_000) + '\na', '? '.repeat(2000)];
    for (const text of nests) expect(codesOf(text)).toEqual(['too-deep']);
    const block = Array.from({ length: 300 }, (_, level) => `${' '.repeat(level)}a:\n`).join('');
    expect(codesOf(block)).toEqual(['too-deep']);
    expect(codesOf(`${'['.repeat(99)}${']'.repeat(99)}`)).toEqual([]);
    expect(codesOf(`${'['.repeat(101)}${']'.repeat(101)}`)).toEqual(['too-deep']);
  });

  it('does not end the process, in thousands and at 1 MiB', () => {
    const small = '['.repeat(2000);
    for (let count = 0; count < 2000; count += 1) expect(codesOf(small)).toEqual(['too-deep']);
    const size = 1024 * 1024;
    for (const part of [
      '[',
      '{',
      '- ',
      '? ',
      '&a ',
      '*a ',
      '!!',
      '"',
      "'",
      '|\n',
      '%',
      ': ',
      '\\',
      '[{',
      'a: [',
      '\r',
    ]) {
      const text = part.repeat(size / part.length);
      expect(Array.isArray(parse(text))).toBe(true);
    }
  }, 60_000);

  it('can’t make aliases stand for more than is bounded', () => {
    const bomb = ['a: &a0 [x, x]'];
    for (let level = 1; level < 40; level += 1) bomb.push(`a${level}: &a${level} [*a${level - 1}, *a${level - 1}]`);
    expect(codesOf(bomb.join('\n'))).toEqual(['too-many-aliases']);
    expect(codesOf(`a: &a x\nb: [${Array(101).fill('*a').join(', ')}]`)).toEqual(['too-many-aliases']);
    expect(codesOf(`a: &a x\nb: [${Array(100).fill('*a').join(', ')}]`)).toEqual([]);
    expect(codesOf('a: &a [*a]')).toEqual(['unknown-alias']);
  });

  it('with 20,000 keys is read in linear time, and each repeated key is found', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`);
    expect(codesOf([...keys, 'k7: 2'].join('\n'))).toEqual(['duplicate-key']);
  });

  it('never reaches a prototype', () => {
    const keys = ['__proto__', 'constructor', 'prototype', '""', '"\\u005f_proto__"'];
    for (const key of keys) expect(codesOf(`a:\n  ${key}: { polluted: true }`)).toEqual(['refused-key']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('is never expanded: no variables, no code, no binary', () => {
    for (const text of ['${HOME}', '$(env)', '{{ env }}']) {
      expect(parse(`a: '${text}'`)).toEqual([{ value: { a: text }, offset: 0 }]);
    }
    for (const tag of ['!!js/function', '!!binary', '!include', '!!set', '!!omap', '!!timestamp', '!!python/object']) {
      expect(codesOf(`a: ${tag} 'x'`)).toEqual(['unknown-tag']);
    }
  });
});

describe('a hostile file', () => {
  it('outside the root is not read, by whatever way it is named', async () => {
    write('secret.yaml', engine(''));
    write('secret.grxml', '<grammar/>');
    symlinkSync('../../secret.yaml', path.join(folder, 'root/env/link.yaml'));
    symlinkSync('../../secret.grxml', path.join(folder, 'root/env/link.grxml'));
    write('root/env/a.yaml', engine('  grammarConstraints:\n    - { type: grxml, file: link.grxml }\n'));
    expect(await problems()).toEqual(['a.yaml:10:28 outside-root', 'link.yaml:1:1 outside-root']);
  });

  it('inside the root is read through a link', async () => {
    write('root/shared/real.yaml', engine(''));
    symlinkSync('../shared/real.yaml', path.join(folder, 'root/env/link.yaml'));
    expect(await problems()).toEqual([]);
  });

  it('is never echoed when it is refused', async () => {
    write('secret.yaml', 'password: hunter2\n');
    symlinkSync('../../secret.yaml', path.join(folder, 'root/env/link.yaml'));
    const loaded = await loadEnvironment(folderSource(path.join(folder, 'root')), 'env');
    expect(JSON.stringify(loaded)).not.toContain('hunter2');
  });

  it('that is a link to a folder, a pipe or a broken link is a problem, not a hang', async () => {
    mkdirSync(path.join(folder, 'root/shared'));
    symlinkSync('../shared', path.join(folder, 'root/env/more'));
    symlinkSync('nowhere.yaml', path.join(folder, 'root/env/broken.yaml'));
    symlinkSync('loop.yaml', path.join(folder, 'root/env/loop.yaml'));
    execFileSync('mkfifo', [path.join(folder, 'root/env/pipe.yaml')]);
    expect(await problems()).toEqual([
      'broken.yaml:1:1 missing-file',
      'loop.yaml:1:1 missing-file',
      'more:1:1 linked-folder',
      'pipe.yaml:1:1 not-a-file',
    ]);
  });

  it('may have 1 MiB and not a byte more', async () => {
    const start = engine('');
    const fill = 1024 * 1024 - start.length - 2;
    write('root/env/a.yaml', `${start}#${'x'.repeat(fill)}\n`);
    write('root/env/b.yaml', `${engine('', 'Other')}#${'x'.repeat(1024 * 1024)}\n`);
    expect(await problems()).toEqual(['b.yaml:1:1 file-too-large']);
  });

  it('with 60,000 items in a list that may have 20 is answered at once', async () => {
    const names = Array.from({ length: 60_000 }, (_, index) => `n${index}`).join(',');
    write('root/env/a.yaml', engine('').replace('IVR\n', `IVR\n  previousNames: [${names}]\n`));
    expect(await problems()).toEqual(['a.yaml:5:89 out-of-range']);
  });

  it('with more mistakes than anybody reads ends in their number', async () => {
    for (let file = 0; file < 3; file += 1) {
      const keys = Array.from({ length: 600 }, (_, index) => `  x${index}: 1\n`).join('');
      write(`root/env/${file}.yaml`, engine(keys, `E${file}`));
    }
    const loaded = await loadEnvironment(folderSource(path.join(folder, 'root')), 'env');
    expect(loaded.problems).toHaveLength(1001);
    expect(loaded.problems.at(-1)?.message).toBe('800 more problems are not shown.');
  });
});

describe('what can’t be read', () => {
  it('is a file error that names it', async () => {
    const error = await loadEnvironment(folderSource(path.join(folder, 'absent')), 'env').catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: 'FileError', exitCode: 1 });
    expect(String(error)).toContain('absent');
    expect(String(error)).toContain('there is no such file or folder');
  });

  it('is a file error where the root is no folder', async () => {
    const source = folderSource(path.join(folder, 'root/env/environment.yaml'));
    const message: unknown = expect.stringContaining("environment.yaml can't be read: it is not a folder.");
    await expect(listEnvironments(source)).rejects.toMatchObject({ code: 'FileError', message });
  });

  it('is an option error with a suggestion for an environment that does not exist', async () => {
    const source = folderSource(path.join(folder, 'root'));
    mkdirSync(path.join(folder, 'root/base'));
    expect(await listEnvironments(source)).toEqual(['env']);
    await expect(loadEnvironment(source, 'enf')).rejects.toMatchObject({
      code: 'OptionError',
      exitCode: 3,
      hint: 'Did you mean env? There are: env.',
    });
    await expect(loadEnvironment(source, 'base')).rejects.toMatchObject({ code: 'OptionError' });
    await expect(loadEnvironment(source, '../root/env')).rejects.toMatchObject({ code: 'OptionError' });
  });
});

function codesOf(text: string): string[] {
  return parse(text).flatMap((result) => ('faults' in result ? result.faults.map(({ code }) => code) : []));
}
