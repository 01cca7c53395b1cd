import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ExitCode, worstExitCode } from '../../src/model/exit-code.js';
import { type CommandLine, commandLine } from './command-line.js';
import { anchor, document, documents, root, section } from './documents.js';

const all = documents();
const readme = document('README.md');
let commands: CommandLine;

beforeAll(async () => {
  commands = await commandLine();
});

describe('commands and options', () => {
  it('names every command in the README', () => {
    const table = section(readme.text, 'Commands');
    const missing = [...commands.keys()].filter((command) => !table.includes(`| \`${command}`));
    expect(commands.size).toBeGreaterThanOrEqual(8);
    expect(missing).toEqual([]);
  });

  it('names every option in the README', () => {
    const options = new Set([...commands.values()].flatMap((one) => [...one]));
    const missing = [...options].filter((option) => option !== '--help' && !mentions(readme.code.join('\n'), option));
    expect(missing).toEqual([]);
  });

  it('names no command that there is not', () => {
    const unknown = all.flatMap(({ file, code }) =>
      code
        .flatMap((text) => [...text.matchAll(/(?:^|[\s$])cxone-gitops ([a-z]+)(?: ([a-z]+))?/gu)])
        .filter(([, first = '', second = '']) => !isCommand(first, second))
        .map(([found]) => `${file}: ${found.trim()}`),
    );
    expect(unknown).toEqual([]);
  });

  it('names no option that there is not, but where it says that there is none', () => {
    const options = new Set([...commands.values()].flatMap((one) => [...one]));
    const unknown = all.flatMap(({ file, code, text }) => {
      const future = ['Not in this version', 'Not there yet'].filter((heading) => text.includes(`\n## ${heading}\n`));
      const promised = future.map((heading) => section(text, heading)).join('\n');
      return code
        .flatMap((one) => one.match(/(?<![\w-])--[a-z][a-z-]+/gu) ?? [])
        .filter((option) => !options.has(option) && !othersOptions.has(option) && !promised.includes(option))
        .map((option) => `${file}: ${option}`);
    });
    expect(unknown).toEqual([]);
  });
});

describe('what documents point at', () => {
  it('is there: every relative link, and the heading that it names', () => {
    const broken = all.flatMap(({ file, text }) =>
      [...text.matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)/gu)]
        .filter(([, target = '', heading]) => !resolves(file, target, heading))
        .map(([link]) => `${file}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it('is there: every file of the project that is named', () => {
    const named = all.flatMap(({ file, code }) =>
      code.flatMap((text) =>
        (text.match(/^(?:src|schemas|scripts|test|bench)\/[\w./-]+$/u) ?? []).map((target) => ({ file, target })),
      ),
    );
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter(({ target }) => !existsSync(path.join(root, target)))).toEqual([]);
  });

  it('is there: every heading that a comment in the code names', () => {
    const references = sourceFiles().flatMap((file) => {
      const joined = readFileSync(path.join(root, file), 'utf8').replaceAll(/\s*\n\s*(?:\*|\/\/) ?/gu, ' ');
      return [...joined.matchAll(/docs\/([a-z-]+\.md),? \(?"([^"]+)"/gu)].map(([, target = '', heading = '']) => ({
        file,
        target,
        heading,
      }));
    });
    expect(references.length).toBeGreaterThan(30);
    const missing = references.filter(({ target, heading }) => !hasHeading(`docs/${target}`, heading));
    expect(missing).toEqual([]);
  });
});

describe('tables', () => {
  it.each(['README.md', 'docs/semantics.md'])('%s lists exactly the exit codes of the program', (file) => {
    const rows = [...section(document(file).text, 'Exit codes').matchAll(/^\| (\d+) \|/gmu)];
    expect(rows.map(([, code]) => Number(code))).toEqual(Object.values(ExitCode));
  });

  it('docs/semantics.md orders the exit codes of several environments as the program does', () => {
    const [, list = ''] =
      /Of several environments, the first of ([\d,\s]+) that occurred/u.exec(document('docs/semantics.md').text) ?? [];
    // Each of them is an exit code: the test above says so.
    const order = list.split(',').map(Number) as ExitCode[];
    expect(order.toSorted((one, other) => one - other)).toEqual(Object.values(ExitCode));
    for (const [index, code] of order.entries()) expect(worstExitCode(order.slice(index).toReversed())).toBe(code);
  });

  it('the README mentions every schema', () => {
    const schemas = readdirSync(path.join(root, 'schemas'));
    expect(schemas.filter((schema) => !readme.text.includes(`(schemas/${schema})`))).toEqual([]);
  });
});

/** Options of npm and git, those of the program without a command, and those of `npm run fuzz`. */
const othersOptions = new Set([
  '--ignore-scripts',
  '--no-save',
  '--end-of-options',
  '--cached',
  '--version',
  '--count',
  '--seed',
  '--number',
]);

function mentions(text: string, option: string): boolean {
  return new RegExp(`${option}(?![a-z-])`, 'u').test(text);
}

function isCommand(first: string, second: string): boolean {
  return commands.has(first) || commands.has(`${first} ${second}`) || first === 'help';
}

function resolves(from: string, target: string, heading: string | undefined): boolean {
  const file = target === '' ? from : path.posix.join(path.posix.dirname(from), target);
  if (!existsSync(path.join(root, file))) return false;
  return heading === undefined || document(file).headings.some((one) => anchor(one) === heading);
}

/** A comment may name the first words of a heading, or what stands behind its colon. */
function hasHeading(file: string, heading: string): boolean {
  if (!existsSync(path.join(root, file))) return false;
  const plain = document(file).headings.map((one) => one.replaceAll('`', ''));
  return plain.some(
    (one) => one === heading || `${one} `.startsWith(`${heading} `) || one.split(': ').includes(heading),
  );
}

function sourceFiles(): string[] {
  return readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
    .map((file) => `src/${file}`);
}
