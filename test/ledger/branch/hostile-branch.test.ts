import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { deliveredChange, intent } from '../sample.js';
import { BRANCH, branchOptions, branchWorld, type Clone, commitFiles, held, inBranch, verifyBranch } from './world.js';

describe('a branch that was rewritten', () => {
  const rewrites: Record<string, (origin: Clone, clone: Clone) => void> = {
    'the branch was cut back': (origin) => origin.git('update-ref', `refs/heads/${BRANCH}`, `${BRANCH}~2`),
    'the branch was rewritten': (origin) => {
      const commit = origin.git('commit-tree', `${BRANCH}^{tree}`, '-m', 'anew').trim();
      origin.git('update-ref', `refs/heads/${BRANCH}`, commit);
    },
    'the branch is gone from the remote': (origin) => origin.git('update-ref', '-d', `refs/heads/${BRANCH}`),
  };

  test.each(Object.entries(rewrites))(
    '%s: no run of a clone that saw it goes on, until it is told to',
    async (message, rewrite) => {
      const world = branchWorld();
      const [clone, fresh] = [world.clone(), world.clone()];
      await inBranch(branchOptions(clone), deliveredChange);
      rewrite(world.origin, clone);
      await expect(verifyBranch(branchOptions(clone))).rejects.toThrow(message);
      const error = await held(clone).catch((one: unknown) => one);
      expect(error).toMatchObject({ code: 'LedgerError', message: expect.stringContaining(message) });
      // A fresh clone has nothing to compare with.
      await verifyBranch(branchOptions(fresh));
      const forget = /git (update-ref -d \S+)`/.exec(String((error as { hint?: string }).hint))?.[1] ?? '';
      clone.git(...forget.split(' '));
      await verifyBranch(branchOptions(clone));
    },
  );

  test('is told from one that a fetch with --depth has cut here', async () => {
    const world = branchWorld();
    const clone = world.clone('--depth=1');
    await inBranch(branchOptions(clone), deliveredChange);
    await inBranch(branchOptions(world.clone()), deliveredChange);
    clone.git('fetch', '--quiet', '--depth=1', 'origin', `refs/heads/${BRANCH}`);
    expect((await verifyBranch(branchOptions(clone))).entries).toBe(9);
  });

  test('in mid-run stops the run', async () => {
    const world = branchWorld();
    const ledger = await held(world.clone());
    world.origin.git('update-ref', '-d', `refs/heads/${BRANCH}`);
    world.origin.git(
      'update-ref',
      `refs/heads/${BRANCH}`,
      world.origin.git('commit-tree', 'main^{tree}', '-m', 'x').trim(),
    );
    await expect(ledger.append(intent())).rejects.toMatchObject({ code: 'LedgerError' });
  });
});

describe('a branch with what the tool did not put there', () => {
  const odd: Record<string, (clone: Clone) => string> = {
    'a symbolic link': (clone) => `120000 blob ${blob(clone, '/etc/passwd')}\t000000000001.jsonl`,
    'a program': (clone) => `100755 blob ${blob(clone, '')}\t000000000001.jsonl`,
    'a submodule': (clone) => `160000 commit ${clone.git('rev-parse', 'HEAD').trim()}\t000000000001.jsonl`,
    'a folder': (clone) => `040000 tree ${clone.git('rev-parse', 'HEAD^{tree}').trim()}\t000000000001.jsonl`,
    'a huge file': (clone) => `100644 blob ${blob(clone, 'x'.repeat(2 * 1024 * 1024 + 1))}\t000000000001.jsonl`,
    'another name': (clone) => `100644 blob ${blob(clone, '')}\t1.jsonl`,
    'a name with a line break': (clone) => `100644 blob ${blob(clone, '')}\t000000000001.jsonl\n`,
  };

  test.each(Object.entries(odd))('is refused: %s', async (_, row) => {
    const world = branchWorld();
    const clone = world.clone();
    clone.write('row', `${row(clone)}\0`);
    push(clone, tree(clone, `040000 tree ${tree(clone, readFileSync(path.join(clone.root, 'row'), 'utf8'))}\tprod\0`));
    for (const run of [() => verifyBranch(branchOptions(world.clone())), () => held(world.clone())]) {
      await expect(run()).rejects.toMatchObject({
        code: 'LedgerError',
        message: expect.stringMatching(
          /prod\/.* (is nothing that cxone-gitops puts there|has more than 2097152 bytes)/s,
        ),
      });
    }
  });

  test('is refused where the environment is no folder', async () => {
    const world = branchWorld();
    const clone = world.clone();
    push(clone, tree(clone, `100644 blob ${blob(clone, 'x')}\tprod\0`));
    await expect(verifyBranch(branchOptions(world.clone()))).rejects.toThrow('prod is no folder');
  });

  test('is found by verify where it is in the lines', async () => {
    const world = branchWorld();
    commitFiles(world.clone(), { 'prod/000000000001.jsonl': '{"kind":"gen' });
    expect((await verifyBranch(branchOptions(world.clone()))).fault?.code).toBe('unfinished');
    await inBranch(branchOptions(world.clone()), deliveredChange);
    expect(await verifyBranch(branchOptions(world.clone()))).toMatchObject({ clean: true, entries: 5 });
    expect(world.origin.git('cat-file', 'blob', `${BRANCH}:prod/000000000001.jsonl`)).toContain(
      '"droppedTail":{"bytes":12',
    );
  });

  function blob(clone: Clone, text: string): string {
    clone.write('blob', text);
    return clone.git('hash-object', '-w', 'blob').trim();
  }

  function tree(clone: Clone, rows: string): string {
    clone.write('rows', rows);
    return clone.run('mktree -z --missing < rows').trim();
  }

  function push(clone: Clone, id: string): void {
    const commit = clone.git('commit-tree', id, '-m', 'odd').trim();
    clone.git('push', '--quiet', 'origin', `${commit}:refs/heads/${BRANCH}`);
  }
});
