import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { type CommandLine, commandLine } from './command-line.js';
import { root } from './documents.js';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly 'working-directory'?: string;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly env?: unknown;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions?: unknown;
        readonly environment?: string;
        readonly env?: unknown;
        readonly steps: readonly Step[];
      }
    >
  >;
}

const folder = path.join(root, 'docs/ci');
const files = readdirSync(folder).filter((file) => file.endsWith('.yml'));
let commands: CommandLine;

beforeAll(async () => {
  commands = await commandLine();
});

it('has a preview, an apply, a drift run and an audit', () => {
  expect(files).toEqual(['apply.yml', 'audit.yml', 'drift.yml', 'preview.yml']);
});

describe.each(files)('%s', (file) => {
  const text = readFileSync(path.join(folder, file), 'utf8');
  const parsed = parseDocument(text);
  // Of this shape if the first test passes; a member that is missing fails the test that looks at it.
  const workflow = parsed.toJS() as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  it('is YAML with jobs and steps', () => {
    expect([...parsed.errors, ...parsed.warnings]).toEqual([]);
    expect(steps.length).toBeGreaterThan(3);
    for (const step of steps)
      expect(Object.keys(step).filter((key) => key === 'run' || key === 'uses')).toHaveLength(1);
  });

  it('may read the repository and nothing else, but for the job that pushes the ledger', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const job of jobs) expect(job.permissions).toEqual(appliesChanges(text) ? { contents: 'write' } : undefined);
  });

  it("leaves its token to the ledger's repository alone", () => {
    const checkouts = steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    const keepers = checkouts.filter((step) => step.with?.['persist-credentials'] !== false);
    expect(checkouts).toHaveLength(2);
    expect(keepers).toEqual([expect.objectContaining({ with: expect.objectContaining({ path: 'manifests' }) })]);
    expect(keepers[0]?.with).not.toHaveProperty('repository');
  });

  it('keeps the ledger where environment.yaml says, which is no file of the runner', () => {
    expect(text).not.toMatch(/--ledger|actions\/cache/u);
    if (appliesChanges(text)) expect(text).toContain('--require-durable-ledger');
  });

  it('pins every action and the tool by a full commit id', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(2);
    for (const one of used) expect(one).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/u);
    const [tool, ...others] = steps.filter((step) => step.with?.['repository'] !== undefined);
    expect(others).toEqual([]);
    expect(tool?.with?.['ref']).toMatch(/^[0-9a-f]{40}$/u);
  });

  it('gives nothing to a shell by expansion', () => {
    for (const { run } of steps) expect(run ?? '').not.toContain('${{');
  });

  it('gives secrets to single steps of a protected environment only', () => {
    expect(workflow.env).toBeUndefined();
    for (const job of jobs) {
      expect(job.env).toBeUndefined();
      expect(job.environment).toMatch(/^cxone-/u);
    }
    const holders = steps.filter((step) => JSON.stringify(step).includes('secrets.'));
    expect(holders).toHaveLength(1);
    for (const { env = {} } of holders) {
      for (const [name, value] of Object.entries(env)) {
        // What whoever starts the workflow by hand may fill in. It is empty in other runs, which no option's variable may be.
        const input = name.toLowerCase().replaceAll('_', '-');
        const isInput = !name.startsWith('CXONE_');
        expect(value).toBe(isInput ? `\${{ inputs.${input} }}` : `\${{ secrets.${name} }}`);
      }
    }
  });

  it('runs commands that there are, with options that they have', () => {
    const lines = steps.flatMap(({ run = '' }) =>
      [...run.matchAll(/dist\/main\.js (.*)$/gmu)].map(([, line = '']) => line),
    );
    expect(lines.length).toBeGreaterThan(0);
    const wrong = lines.flatMap((line) => {
      const [first = '', second = ''] = line.split(' ');
      const options = commands.get(first) ?? commands.get(`${first} ${second}`);
      const unknown = (line.match(/--[a-z-]+/gu) ?? []).filter((option) => options?.has(option) !== true);
      return options === undefined ? [line] : unknown;
    });
    expect(wrong).toEqual([]);
  });

  it('never starts for a pull request with the rights of the target branch', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    expect(Object.keys(workflow.on)).not.toContain('workflow_run');
  });
});

it('previews with settings from a branch that is named, and writes nothing', () => {
  const text = readFileSync(path.join(folder, 'preview.yml'), 'utf8');
  expect(text).toContain('plan prod --trust-ref origin/main');
  expect(text).not.toMatch(/main\.js (apply|audit deliver)/u);
});

it('applies one at a time and never cancels a run that has begun: two machines have no lock in common', () => {
  const applying = files.map((file) => readFileSync(path.join(folder, file), 'utf8')).filter(appliesChanges);
  expect(applying.length).toBeGreaterThan(0);
  for (const text of applying) {
    const { concurrency } = parseDocument(text).toJS();
    expect(concurrency).toEqual({ group: expect.stringMatching(/^cxone-apply-[a-z]+$/u), 'cancel-in-progress': false });
  }
});

it('pins the actions of our own workflows, too, and gives their shells nothing by expansion', () => {
  const own = path.join(root, '.github/workflows');
  for (const file of readdirSync(own)) {
    const text = readFileSync(path.join(own, file), 'utf8');
    const used = [...text.matchAll(/uses: (\S+)/gu)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(0);
    for (const one of used) expect(one).toMatch(/@[0-9a-f]{40}$/u);
    expect(text).not.toMatch(/run: .*\$\{\{/u);
  }
});

function appliesChanges(workflow: string): boolean {
  return /main\.js apply /u.test(workflow);
}
