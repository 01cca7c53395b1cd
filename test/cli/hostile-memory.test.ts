import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import type { Validate } from '../../src/model/generated/validate.js';

const main = path.resolve('dist/main.js');
const peak = path.resolve('bench/peak.cjs');
const folder = mkdtempSync(path.join(tmpdir(), 'cxone-gitops-memory-'));
const mebibyte = 1024 * 1024;
let trees = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** docs/security.md, "Bounds": whatever manifests hold, the process has less. */
const bound = 512;

describe('memory stays under 512 MB', () => {
  it('for files of nothing but lists and mappings', async () => {
    const junk = `${engine(0)}  junk: [${'[],{},'.repeat(41_000)}0]\n`;
    const { mib, codes } = await validate(Object.fromEntries(times(5, (at) => [`env/${at}.yaml`, junk])));
    expect(codes).toEqual({ 'defined-twice': 4, 'unknown-key': 5 });
    expect(mib).toBeLessThan(bound);
  });

  it('for mappings that all have keys of their own, and V8 does not end the process where it has 384 MB', async () => {
    const keys = (at: number) => times(40_000, (key) => `{k${(at * 40_000 + key).toString(36)}}`).join(',');
    const files = Object.fromEntries(times(5, (at) => [`env/${at}.yaml`, `${engine(at)}  junk: [${keys(at)}]\n`]));
    expect((await validate(files)).mib).toBeLessThan(bound);
    expect((await validate(files, ['--max-old-space-size=384'])).codes).toEqual({ 'unknown-key': 5 });
  });

  it('for 60,000 documents', async () => {
    const documents = (at: number) => times(3000, (one) => `---\n${engine(at * 3000 + one)}`).join('');
    const { mib, codes } = await validate(Object.fromEntries(times(20, (at) => [`env/${at}.yaml`, documents(at)])));
    expect(codes).toEqual({ 'too-much': 1 });
    expect(mib).toBeLessThan(bound);
  });

  it('for files of wide characters, and as many bytes as there may be', async () => {
    const wide = `${engine(0)}  junk: "${'語'.repeat(340_000)}"\n`;
    const { mib, codes } = await validate(Object.fromEntries(times(70, (at) => [`env/${at}.yaml`, wide])));
    expect(codes).toMatchObject({ 'too-much': 1 });
    expect(mib).toBeLessThan(bound);
  });

  it('for 100,000 problems', async () => {
    const keys = times(50, (at) => `  x${at}: 1\n`).join('');
    const documents = times(1000, (at) => `---\n${engine(at)}${keys}`).join('');
    const { mib, codes } = await validate({ 'env/a.yaml': documents, 'env/b.yaml': documents });
    expect(codes).toEqual({ 'unknown-key': 1000, 'too-many-problems': 1 });
    expect(mib).toBeLessThan(bound);
  });

  it('for a grammar of 1 MiB that many engines name', async () => {
    const item = '<item>word</item>';
    const grammar = `<grammar xmlns="http://www.w3.org/2001/06/grammar" version="1.0" xml:lang="en-US" root="r"><rule id="r">${item.repeat(60_000)}</rule></grammar>`;
    const named = (at: number) => `${engine(at)}  grammarConstraints: [{ type: grxml, file: g.grxml }]\n`;
    const { mib, codes } = await validate({
      'env/g.grxml': grammar,
      ...Object.fromEntries(times(300, (at) => [`env/${at}.yaml`, named(at)])),
    });
    expect(codes).toEqual({ 'grammars-too-large': 1 });
    expect(mib).toBeLessThan(bound);
  });

  it('for one environment after the other', async () => {
    const junk = `${engine(0)}  junk: [${'[],'.repeat(80_000)}0]\n`;
    const one = (name: string) => ({ [`${name}/environment.yaml`]: environment, [`${name}/a.yaml`]: junk });
    const { mib, codes } = await validate(Object.assign({}, ...times(8, (at) => one(`env-${at}`))));
    expect(codes).toEqual({ 'unknown-key': 8 });
    expect(mib).toBeLessThan(bound);
  });

  it('and 10,000 honest engines fit', async () => {
    const phrases = times(40, (at) => `          - a phrase that people say ${at}\n`).join('');
    const honest = (at: number) =>
      `${engine(at)}  description: Engine ${at} of many\n  grammarConstraints:\n    - type: list\n      content:\n        phrases:\n${phrases}`;
    const { mib, codes } = await validate(Object.fromEntries(times(9999, (at) => [`env/${at}.yaml`, honest(at)])));
    expect(codes).toEqual({});
    expect(mib).toBeLessThan(bound);
  });
});

const environment = 'apiVersion: cxone-gitops/v1\nkind: Environment\nspec:\n  orgId: example-dev\n';

function engine(at: number): string {
  return (
    `apiVersion: cxone-gitops/v1\nkind: SpeechEngine\nmetadata:\n  name: E${at}\nspec:\n  version: 1.0.0\n` +
    '  acousticModelId: a\n  languageProfileId: b\n'
  );
}

/** Validates a tree, and tells how often each code of a problem came and the peak of the process's memory, in MiB. */
async function validate(manifests: Readonly<Record<string, string>>, flags: readonly string[] = []) {
  trees += 1;
  const root = path.join(folder, String(trees));
  const isWhole = Object.keys(manifests).some((file) => file.endsWith('/environment.yaml'));
  const files = isWhole ? manifests : { ...manifests, 'env/environment.yaml': environment };
  for (const [file, content] of Object.entries(files)) {
    if (content.length > mebibyte) throw new Error(`${file} is larger than a file may be`);
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
  const args = [...flags, '--require', peak, main];
  const child = spawn(process.execPath, [...args, 'validate', '--all', '--format', 'json', '--root', root], {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const streams = child.stdio.slice(1).filter((stream) => stream instanceof Readable);
  const [[code], stdout = '', stderr = '', kibibytes = ''] = await Promise.all([
    once(child, 'close'),
    ...streams.map(text),
  ]);
  rmSync(root, { recursive: true, force: true });
  expect([0, 3]).toContain(code);
  expect(stderr).not.toContain('    at ');
  // The format of `validate --all`.
  const { environments } = JSON.parse(stdout) as { environments: readonly Validate[] };
  const codes: Record<string, number> = {};
  for (const { problems } of environments)
    for (const problem of problems) codes[problem.code] = (codes[problem.code] ?? 0) + 1;
  return { codes, mib: Number(kibibytes) / 1024 };
}

function times<Item>(count: number, make: (at: number) => Item): Item[] {
  return Array.from({ length: count }, (_, at) => make(at));
}
