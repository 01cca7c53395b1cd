import { writeFileSync } from 'node:fs';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf } from './documents.js';
import { engine } from './manifests.js';
import { closeWorlds, openWorld } from './world.js';

afterAll(closeWorlds);

describe.concurrent('the bound', () => {
  it('of a saved plan is 256 MiB, and what is larger is not read', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    const file = path.join(world.folder, 'plan.json');
    await writeFile(file, '');
    await truncate(file, 256 * 1024 * 1024 + 1);
    const refused = await world.cli('apply', 'dev', '--auto-approve', '--plan', 'plan.json', '--format', 'json');
    expect([refused.code, documentOf(refused, 'error').error?.message]).toEqual([
      3,
      '--plan plan.json: it is larger than 256 MiB',
    ]);
    expect(await world.requests()).toEqual([]);
  });

  it('of a saved plan holds its depth too: deep JSON is refused, not a crash', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    for (const text of ['['.repeat(3_000_000), `${'{"a":'.repeat(500_000)}1${'}'.repeat(500_000)}`]) {
      await writeFile(path.join(world.folder, 'plan.json'), text);
      const refused = await world.cli('apply', 'dev', '--auto-approve', '--plan', 'plan.json', '--format', 'json');
      expect([refused.code, documentOf(refused, 'error').error?.code]).toEqual([3, 'OptionError']);
    }
  });

  it('of an environment is 10,000 files, its bases’ among them', async () => {
    const world = await openWorld({ environment: { bases: ['base'] } });
    await world.write('dev/a.yaml', engine('IVR'));
    const folder = path.join(world.folder, 'environments/base/notes');
    await mkdir(folder, { recursive: true });
    // environment.yaml and a.yaml are two of them.
    const names = Array.from({ length: 9_998 }, (_, index) => `${index}.txt`);
    for (const name of names) writeFileSync(path.join(folder, name), '');
    expect((await world.cli('validate', 'dev')).code).toBe(0);
    await writeFile(path.join(folder, 'one-more.txt'), '');
    const refused = await world.cli('validate', 'dev', '--format', 'json');
    expect([refused.code, documentOf(refused, 'validate').problems]).toEqual([
      3,
      expect.arrayContaining([expect.objectContaining({ code: 'too-many-files' })]),
    ]);
  });
});
