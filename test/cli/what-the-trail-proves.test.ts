import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checks, openTrail, type Trail } from './trail.js';
import { attacks } from './trail-attacks.js';
import { closeWorlds } from './world.js';

const page = new URL('../../docs/what-the-trail-proves.md', import.meta.url);
const [header = [], ...rows] = readFileSync(page, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.slice(2, -2).split(' | '))
  .reduce<string[][]>(
    (found, cells) => (found.length > 0 || cells[0] === 'who is hostile' ? [...found, cells] : found),
    [],
  );
const table = rows.map((cells) => {
  const [who = '', what = ''] = cells;
  return { who, what, found: cells.slice(2, -1), codes: cells.at(-1) };
});

let trail: Trail;

beforeAll(async () => {
  trail = await openTrail();
}, 120_000);

afterAll(async () => {
  await trail.close();
  await closeWorlds();
});

/** The cells of a row: what each check finds, and the codes of all that they say. */
async function findings(): Promise<{ found: string[]; codes: string }> {
  const said = await Promise.all(Object.values(checks).map((options) => trail.verify(...options)));
  const codes = [...new Set(said.flat())].map((code) => `\`${code}\``);
  return {
    found: said.map((faults) => (faults.length > 0 ? 'found' : '–')),
    codes: codes.length > 0 ? codes.join(', ') : 'nothing finds it',
  };
}

test('every row of the page is tried, and every check is a column', () => {
  expect(table.map(({ what }) => what)).toEqual(Object.keys(attacks));
  expect(header).toEqual(['who is hostile', 'what they do', ...Object.keys(checks), 'codes']);
});

test('an honest trail passes every check, and all of them at once', async () => {
  expect(await findings()).toEqual({ found: Object.keys(checks).map(() => '–'), codes: 'nothing finds it' });
  // The program itself says so, too.
  const verified = await trail.world.cli('audit', 'verify', 'dev', ...Object.values(checks).flat());
  expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('clean')]);
});

describe.each(table)('$who $what', ({ what, found, codes }) => {
  test('shows in these checks, and in no other', async () => {
    await trail.restore();
    await attacks[what]?.(trail);
    expect(await findings()).toEqual({ found, codes });
  });
});
