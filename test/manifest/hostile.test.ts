import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grammarSizes } from '../../src/manifest/checks/grammar-sizes.js';
import { folderSource } from '../../src/manifest/folder-source.js';
import { listEnvironments } from '../../src/manifest/list-environments.js';
import { loadEnvironment } from '../../src/manifest/load-environment.js';
import { parse } from '../../src/manifest/parse.js';
import { readPlainFile } from '../../src/manifest/read-plain-file.js';

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
  });

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
    const message: unknown = expect.stringContaining(
      "environment.yaml can't be read: a part of the path is a file, not a folder (ENOTDIR).",
    );
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

describe('a text that YAML allows and nobody writes', () => {
  it('of 200,000 directives is refused at the first too many, at once', () => {
    for (const directive of ['%\n', '%A\n', '%YAML 1.2\n', '%TAG ! !\n']) {
      const started = performance.now();
      expect(faultsOf(directive.repeat(100_000))).toEqual([['too-many-directives', 101]]);
      expect(performance.now() - started).toBeLessThan(1000);
    }
    expect(faultsOf('%A\n'.repeat(3))).toEqual([]);
  });

  it('of 100,000 documents is read without holding all of them', () => {
    expect(faultsOf('---\n'.repeat(100_000))).toEqual([]);
    expect(faultsOf('--- {a: b}\n'.repeat(60_000)).at(-1)).toEqual(['too-many-values', expect.any(Number)]);
    const faults = faultsOf('--- [\n'.repeat(60_000));
    expect(faults).toHaveLength(1001);
    expect(faults.at(-1)).toEqual(['too-many-problems', 1001]);
  });

  it('keeps the documents before what ends a file', () => {
    const results = parse(`a: 1\n---\nb: 2\n---\n${'['.repeat(200)}`);
    expect(results.map((result) => ('value' in result ? result.value : result.faults[0]?.code))).toEqual([
      { a: 1 },
      { b: 2 },
      'too-deep',
    ]);
  });

  it('is one document of at most 250,000 lexemes, since all of it is in memory at once', () => {
    expect(faultsOf(`[${'1,'.repeat(90_000)}1]`)).toEqual([['too-many-values', 1]]);
    expect(faultsOf(`[${'1,'.repeat(80_000)}1]`)).toEqual([]);
  });

  it('has line ends, and a lone CR is none to the parser: all of the file would be one line', () => {
    expect(faultsOf('a: 1\rb: 2\r')).toEqual([['control-character', 1]]);
    expect(faultsOf('a: 1\r\nb: 2\r\n')).toEqual([]);
  });

  it('has no control characters, C1 among them; escapes in quotes are text', () => {
    for (const character of ['\u0000', '\u0007', '\u001b', '\u007f', '\u009b', '\ufffe']) {
      expect(faultsOf(`a: 1\nb: x${character}\n`)).toEqual([['control-character', 2]]);
    }
    expect(faultsOf(String.raw`a: "\x1b\x00\u202e"`)).toEqual([]);
  });

  it('has keys of at most 1,024 characters, and half characters in none', () => {
    expect(faultsOf(`? ${'k'.repeat(1025)}\n: 1`)).toEqual([['refused-key', 1]]);
    expect(faultsOf(`? ${'k'.repeat(1024)}\n: 1`)).toEqual([]);
    expect(faultsOf(String.raw`"\ud800": 1`)).toEqual([['not-unicode', 1]]);
    expect(faultsOf(String.raw`a: ["\udc00"]`)).toEqual([['not-unicode', 1]]);
  });

  it('can’t make an alias stand for more text than a file may have', () => {
    const anchor = `a: &a "${'x'.repeat(20_000)}"\n`;
    expect(faultsOf(`${anchor}b: [${Array(52).fill('*a').join(', ')}]`)).toEqual([]);
    expect(faultsOf(`${anchor}b: [${Array(53).fill('*a').join(', ')}]`)).toEqual([['too-many-aliases', 2]]);
  });

  it('is not repeated in a message as a whole', () => {
    for (const text of [`a: !${'x'.repeat(9000)} 1`, `]${'x'.repeat(9000)}`, `a: *${'x'.repeat(9000)}`]) {
      const [fault] = parse(text).flatMap((result) => ('faults' in result ? result.faults : []));
      expect(fault?.message.length).toBeLessThan(250);
    }
  });
});

describe('what stands where a manifest may be expected', () => {
  it('is refused when it is a folder, a socket, or a link to a device', async () => {
    mkdirSync(path.join(folder, 'root/env/folder.yaml'));
    symlinkSync('/dev/zero', path.join(folder, 'root/env/zero.yaml'));
    const server = createServer().listen(path.join(folder, 'root/env/socket.yaml'));
    await once(server, 'listening');
    try {
      expect(await problems()).toEqual(['socket.yaml:1:1 not-a-file', 'zero.yaml:1:1 outside-root']);
    } finally {
      server.close();
    }
    expect(readPlainFile('/dev/zero', 'zero')).toMatchObject({ code: 'not-a-file' });
  });

  it('is a problem of environment.yaml, once, when that is no file of the folder', async () => {
    const file = path.join(folder, 'root/env/environment.yaml');
    write('environment.yaml', environment);
    write('root/env/a.yaml', engine(''));
    const places: [() => void, string][] = [
      [() => mkdirSync(file), 'not-a-file'],
      [() => execFileSync('mkfifo', [file]), 'not-a-file'],
      [() => symlinkSync('../../environment.yaml', file), 'outside-root'],
      [() => symlinkSync('environment.yaml', file), 'missing-file'],
      [() => symlinkSync('nowhere', file), 'missing-file'],
    ];
    for (const [place, code] of places) {
      rmSync(file, { recursive: true });
      place();
      expect(await problems()).toEqual([`environment.yaml:1:1 ${code}`]);
    }
  });

  it('is refused when the whole environment is a link, also to a folder inside the root', async () => {
    write('outside/environment.yaml', environment);
    write('root/env/a.yaml', engine(''));
    for (const [target, name] of [
      ['../outside', 'away'],
      ['env', 'same'],
    ] as const) {
      symlinkSync(target, path.join(folder, 'root', name));
      const source = folderSource(path.join(folder, 'root'));
      expect(await listEnvironments(source)).toContain(name);
      const loaded = await loadEnvironment(source, name);
      expect(loaded.problems.map(({ file, code }) => `${path.relative(folder, file)} ${code}`)).toEqual([
        `root/${name} linked-folder`,
        `root/${name}/environment.yaml linked-folder`,
      ]);
    }
    write('root/env/environment.yaml', `${environment}  bases: [away]\n`);
    expect(await problems()).toContain('away:1:1 linked-folder');
  });

  it('has a name that can hold anything', async () => {
    for (const name of [
      '__proto__.yaml',
      'constructor.yaml',
      'new\nline.yaml',
      'red\u001b[31m.yaml',
      ' .yaml',
      '\u202e.yaml',
    ]) {
      write(`root/env/${name}`, 'kind: 1\n');
    }
    writeFileSync(
      Buffer.concat([Buffer.from(path.join(folder, 'root/env/latin')), Buffer.from([0xe9]), Buffer.from('.yaml')]),
      '',
    );
    expect((await problems()).toSorted()).toEqual([
      ' .yaml:1:7 unknown-kind',
      '__proto__.yaml:1:7 unknown-kind',
      'constructor.yaml:1:7 unknown-kind',
      'latin\ufffd.yaml:1:1 file-name',
      'new\nline.yaml:1:7 unknown-kind',
      'red\u001b[31m.yaml:1:7 unknown-kind',
      '\u202e.yaml:1:7 unknown-kind',
    ]);
  });

  it('is no environment in capital letters, and says where it belongs', async () => {
    write('root/env/ENVIRONMENT.YAML', environment);
    expect(await problems()).toEqual(['ENVIRONMENT.YAML:2:7 misplaced-environment']);
  });

  it('may be as large as the disk: of 1 GiB not a byte is read', async () => {
    write('root/env/a.yaml', '');
    truncateSync(path.join(folder, 'root/env/a.yaml'), 2 ** 30);
    const started = performance.now();
    expect(await problems()).toEqual(['a.yaml:1:1 file-too-large']);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('is a problem where it may not be read', async () => {
    write('root/env/a.yaml', engine(''));
    write('root/env/more/b.yaml', engine('', 'Other'));
    chmodSync(path.join(folder, 'root/env/a.yaml'), 0);
    chmodSync(path.join(folder, 'root/env/more'), 0);
    const found = await problems();
    chmodSync(path.join(folder, 'root/env/more'), 0o700);
    // The superuser reads everything.
    const isSuperuser = process.getuid?.() === 0;
    expect(found).toEqual(isSuperuser ? [] : ['a.yaml:1:1 unreadable-file', 'more:1:1 unreadable-file']);
  });

  it('is UTF-8, and the line that is not is named', async () => {
    write('root/env/latin-1.yaml', Buffer.from('a: 1\nb: caf\u00e9\n', 'latin1'));
    write('root/env/nul.yaml', 'a: 1\nb: 2\nc: \0\n');
    write('root/env/utf-16.yaml', Buffer.from('a: 1\nb: 2\n', 'utf16le'));
    write('root/env/utf-16-mark.yaml', Buffer.from('\ufeffa: 1\nb: 2\n', 'utf16le'));
    expect(await problems()).toEqual([
      'latin-1.yaml:2:1 not-utf8',
      'nul.yaml:3:1 binary-file',
      'utf-16-mark.yaml:1:1 not-utf8',
      'utf-16.yaml:1:1 not-utf8',
    ]);
  });

  it('may name a grammar by whatever text, and reads nothing but files of the root', async () => {
    const names = [
      '"a\\0b.grxml"',
      '/etc/passwd',
      '../../../../../etc/passwd',
      `"${'x'.repeat(900)}"`,
      '"."',
      '".."',
      'g/..',
      '"\\u202e.grxml"',
    ];
    for (const [index, name] of names.entries()) {
      write(`root/env/${index}.yaml`, engine(`  grammarConstraints: [{ type: grxml, file: ${name} }]\n`, `E${index}`));
    }
    const codes = (await problems()).map((problem) => problem.split(' ')[1]);
    expect(codes).toHaveLength(names.length);
    for (const code of codes)
      expect(['missing-file', 'outside-root', 'not-a-file', 'invalid-value', 'out-of-range']).toContain(code);
  });
});

describe('a path', () => {
  it('that holds a NUL, which the system would end it at, leads to nothing', async () => {
    write('root/env/a.yaml', engine(''));
    const source = folderSource(path.join(folder, 'root'));
    expect(await source.read('env/a.yaml\0.grxml')).toMatchObject({ code: 'missing-file' });
  });
});

describe('an environment', () => {
  it('whose problems nobody could read is not read to its end', async () => {
    const keys = Array.from({ length: 900 }, (_, index) => `  x${index}: 1\n`).join('');
    for (let file = 10; file < 40; file += 1) write(`root/env/${file}.yaml`, engine(keys, `E${file}`));
    const { problems: found, files } = await loadEnvironment(folderSource(path.join(folder, 'root')), 'env');
    expect(found).toHaveLength(1001);
    expect(found.at(-1)?.message).toBe('9,800 more problems are not shown.');
    // environment.yaml, and twelve of thirty.
    expect(files).toBe(13);
  });

  it('may not make each of its engines carry the same large grammar', () => {
    const source = { file: 'a.yaml', line: 1, column: 1 };
    const content = { phrases: ['x'.repeat(1_000_000)] };
    const engines = (count: number, times: number) =>
      Array.from({ length: count }, (_, index) => ({
        identity: { kind: 'SpeechEngine' as const, name: `E${index}`, version: '1.0.0' },
        spec: { grammarConstraints: Array.from({ length: times }, () => ({ type: 'list', content })) },
        previousNames: [],
        origins: new Map(),
        source,
      }));
    expect(grammarSizes(engines(260, 1))).toEqual([]);
    expect(grammarSizes(engines(280, 1)).map(({ code, resource }) => [code, resource.identity.name])).toEqual([
      ['grammars-too-large', 'E268'],
    ]);
    expect(grammarSizes(engines(2, 9)).map(({ message }) => message)).toEqual([
      'The grammars of this engine hold more than 8 MiB.',
      'The grammars of this engine hold more than 8 MiB.',
    ]);
  });
});

function faultsOf(text: string): [code: string, line: number][] {
  return parse(text).flatMap((result) =>
    'faults' in result
      ? result.faults.map(({ code, offset }) => [code, text.slice(0, offset).split('\n').length] as [string, number])
      : [],
  );
}

function codesOf(text: string): string[] {
  return parse(text).flatMap((result) => ('faults' in result ? result.faults.map(({ code }) => code) : []));
}
