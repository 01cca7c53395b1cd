import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { cleanEnvironment } from '../git/repository.js';
import { documentOf, textOf } from './documents.js';
import { engine } from './manifests.js';
import { type Loose, openWorld, type World } from './world.js';

type Variables = Readonly<Record<string, string>>;

/** A checkpoint as it was once beside the ledger. */
interface Copy {
  readonly text: string;
  readonly size: number;
}

/** The trail of an environment in which three changes were approved and applied, and what an auditor kept of it. */
export interface Trail {
  readonly world: World;
  readonly ledger: string;
  /** The signed checkpoint beside it. */
  readonly checkpoint: string;
  /** Private keys: the one that signed so far, and the one that `rotate` takes. */
  readonly keys: { readonly first: string; readonly second: string };
  /** Of the first change, and of the last one; the auditor has `kept`. */
  readonly checkpoints: { readonly first: Copy; readonly kept: Copy };
  /** The hash of the second plan, and the file of the last one. */
  readonly plans: { readonly second: string; readonly file: string };
  /** The engine of all these changes. */
  readonly engineId: string;
  /** Variables of a run that has no key. */
  readonly unsigned: Variables;
  git(...args: string[]): Promise<string>;
  manifest(spec: object): Promise<void>;
  apply(): Promise<void>;
  /** Commits a manifest, saves its plan among the plans, and applies just that. */
  approve(spec: object, env?: Variables): Promise<void>;
  /** Puts the second key in the place of the first. */
  rotate(): Promise<void>;
  /** The codes that `audit verify` finds; none where it ends with 0. */
  verify(...args: string[]): Promise<string[]>;
  /** All as it was at the beginning. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** What an auditor holds a ledger against, by the columns of docs/what-the-trail-proves.md. */
export const checks: Readonly<Record<string, readonly string[]>> = {
  chain: [],
  signatures: ['--public-key', 'keys/first.key.pub', '--require-signed'],
  'a checkpoint kept elsewhere': ['--checkpoint', 'kept/dev.checkpoint', '--public-key', 'keys/first.key.pub'],
  'audit log': ['--audit-log'],
  live: ['--live'],
  plans: ['--plans', 'plans'],
  git: ['--git'],
};

export async function openTrail(): Promise<Trail> {
  const world = await openWorld();
  const file = (name: string) => path.join(world.folder, name);
  const [ledger, checkpoint] = [file('.cxone-gitops/dev.jsonl'), file('.cxone-gitops/dev.checkpoint')];
  const keys = { first: file('keys/first.key'), second: file('keys/second.key') };
  let signedWith = keys.first;
  let approved = 0;

  const git: Trail['git'] = async (...args) => {
    const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    const run = await promisify(execFile)('git', ['-C', world.folder, ...identity, ...args], { env: cleanEnvironment });
    return run.stdout.trim();
  };
  const cli = async (env: Variables, ...args: string[]) => {
    const { CXONE_GITOPS_SIGN_KEY: key = signedWith, ...others } = env;
    // An empty value would be refused; here it means that the variable is not set.
    const signing = key === '' ? {} : { CXONE_GITOPS_SIGN_KEY: key };
    const run = await world.cliWith({ env: { USER: 'ada', ...signing, ...others } }, ...args);
    expect([args, run.code, run.stderr]).toEqual([args, 0, expect.any(String)]);
    return run;
  };
  const manifest: Trail['manifest'] = (spec) =>
    world.write('dev/ivr.yaml', engine('IVR', { trafficSplit: 100, ...spec }));
  const approve: Trail['approve'] = async (spec, env = {}) => {
    await manifest(spec);
    await git('add', 'environments');
    await git('commit', '--quiet', '--message', 'a change');
    const plan = `plans/${(approved += 1)}.json`;
    await cli({}, 'plan', 'dev', '--out', plan, '--quiet');
    await cli(env, 'apply', 'dev', '--auto-approve', '--plan', plan);
  };
  const copy = async (): Promise<Copy> => {
    const text = await readFile(checkpoint, 'utf8');
    return { text, size: Number(text.split('\n')[1]) };
  };

  for (const folder of ['plans', 'keys', 'kept']) await mkdir(file(folder));
  await git('init', '--quiet', '--initial-branch=main');
  for (const name of ['first', 'second']) await cli({}, 'audit', 'keygen', '--out', `keys/${name}.key`, '--quiet');
  await approve({ description: 'first' });
  const first = await copy();
  await approve({ description: 'second' });
  await approve({ description: 'third' });
  const kept = await copy();
  await writeFile(file('kept/dev.checkpoint'), kept.text);

  const state = await world.control('GET', 'state');
  const aside = `${world.folder}-aside`;
  await cp(world.folder, aside, { recursive: true });
  const planHash = async (name: string) => textOf(JSON.parse(await readFile(file(name), 'utf8')).planHash);
  return {
    world,
    ledger,
    checkpoint,
    keys,
    checkpoints: { first, kept },
    plans: { second: await planHash('plans/2.json'), file: file('plans/3.json') },
    engineId: textOf((await world.engines())[0]?.['speechEngineId']),
    unsigned: { CXONE_GITOPS_SIGN_KEY: '' },
    git,
    manifest,
    apply: async () => void (await cli({}, 'apply', 'dev', '--auto-approve')),
    approve,
    async rotate() {
      await cli({}, 'audit', 'rotate', 'dev', '--new-key', keys.second);
      signedWith = keys.second;
    },
    async verify(...args) {
      const run = await world.inside('audit', 'verify', 'dev', ...args, '--format', 'json');
      const { faults } = documentOf(run, 'audit-verify');
      const found = codesOf(faults);
      expect([run.code, run.stderr]).toEqual([found.length === 0 ? 0 : 8, expect.any(String)]);
      return found;
    },
    async restore() {
      signedWith = keys.first;
      approved = 3;
      await rm(world.folder, { recursive: true });
      await cp(aside, world.folder, { recursive: true });
      await world.control('PUT', 'state', state);
    },
    close: () => rm(aside, { recursive: true, force: true }),
  };
}

function codesOf(faults: Loose | undefined): string[] {
  if (!Array.isArray(faults)) throw new Error('faults is not a list');
  return faults.map(({ code }) => textOf(code));
}
