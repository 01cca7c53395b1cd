import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { engine } from './manifests.js';
import { run } from './program.js';
import { closeWorlds, openWorld } from './world.js';

afterAll(closeWorlds);

// To open a pipe waits for its other end: a run that did would be killed by the limit of `run`, and has no exit code.
describe.concurrent('a named pipe', () => {
  it.each([
    ['as a saved plan', 'plan.json', ['--plan', 'plan.json'], 3, "--plan plan.json: it can't be read"],
    ['as the ledger', '.cxone-gitops/dev.jsonl', [], 1, 'dev.jsonl'],
    ['as the name of its holder', '.cxone-gitops/dev.jsonl.holder', [], 1, 'dev.jsonl.holder: it is no plain file'],
  ])('%s is refused at once', async (_what, file, options, code, said) => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    await mkdir(path.join(world.folder, '.cxone-gitops'), { recursive: true, mode: 0o700 });
    execFileSync('mkfifo', [path.join(world.folder, file)]);
    const ended = await world.cli('apply', 'dev', '--auto-approve', ...options);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(said)]);
    expect(await world.writes()).toEqual([]);
  });

  it('as an env file is read when somebody writes to it, such as a shell for <(…)', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    execFileSync('mkfifo', [path.join(world.folder, 'pipe.env')]);
    const lines = 'CXONE_CLIENT_ID=from-the-pipe\nCXONE_CLIENT_SECRET=simulator-secret\n';
    // Its writer waits until the program has opened the pipe.
    const writing = writeFile(path.join(world.folder, 'pipe.env'), lines);
    const ended = await run(['plan', 'dev', '--env-file', 'pipe.env'], { cwd: world.folder });
    await writing;
    const [token] = await world.requests();
    expect([ended.code, token?.body]).toMatchObject([0, { client_id: 'from-the-pipe' }]);
  });
});
