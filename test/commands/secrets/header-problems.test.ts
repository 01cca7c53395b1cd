import { expect, test } from 'vitest';
import { headerProblems } from '../../../src/commands/secrets/header-problems.js';
import type { JsonObject } from '../../../src/model/json.js';
import type { Live } from '../../../src/model/resource.js';
import type { PlannedChange } from '../../../src/plan/planned-change.js';
import { change, engine, hook, liveHook } from '../../plan/sample.js';

const headers = { 'X-A': { fromEnv: 'CXONE_WEBHOOK_A' }, 'X-B': { fromEnv: 'CXONE_WEBHOOK_B' } };
const wanted = hook('Hook', { headers });

function live(over: JsonObject): Live {
  return liveHook('w1', 'Hook', { headers: { 'X-A': '', 'X-B': '' }, ...over });
}

/** The codes and variables of what is wrong, with values by their variables. */
function found(changes: readonly PlannedChange[], values: Readonly<Record<string, string>> = {}): string[] {
  const resources = [engine('IVR@1.0.0'), wanted];
  const read = (_resource: unknown, { variable }: { variable: string }) => values[variable] ?? '';
  return headerProblems(resources, changes, read).map(({ code, path, message }) => {
    expect(message).not.toMatch(/fifteen letters/);
    return `${code} ${path} ${/CXONE_\w+/.exec(message)?.[0]}`;
  });
}

const bothUnset = [
  'unset-variable /spec/headers/X-A/fromEnv CXONE_WEBHOOK_A',
  'unset-variable /spec/headers/X-B/fromEnv CXONE_WEBHOOK_B',
];

test.each<[string, PlannedChange[]]>([
  ['a create', [change(wanted, null)]],
  ['an update that names a header anew', [change(wanted, live({ headers: { 'X-A': '' } }))]],
  ['one that takes a header away', [change(wanted, live({ headers: { 'X-A': '', 'X-B': '', 'X-C': '' } }))]],
  ['a value that is sent again', [{ ...change(wanted, live({})), secrets: [{ path: '/headers/X-A', why: 'resent' }] }]],
])('%s needs the variable of each header', (_what, changes) => {
  expect(found(changes)).toEqual(bothUnset);
  const good = { CXONE_WEBHOOK_A: 'sixteen letters!', CXONE_WEBHOOK_B: 'sixteen letters?' };
  expect(found(changes, good)).toEqual([]);
});

test.each<[string, PlannedChange[]]>([
  ['no change', []],
  ['a change of another resource', [change(engine('IVR@1.0.0'), null)]],
  ['a change of the address alone', [change(wanted, live({ callbackUrl: 'https://qa.example.com/old' }))]],
])('%s needs none', (_what, changes) => {
  expect(found(changes)).toEqual([]);
});

test('a value that is refused is a problem, whether or not a change needs it', () => {
  const short = { CXONE_WEBHOOK_A: 'fifteen letters', CXONE_WEBHOOK_B: 'sixteen letters!' };
  expect(found([], short)).toEqual(['refused-value /spec/headers/X-A/fromEnv CXONE_WEBHOOK_A']);
  expect(found([change(wanted, null)], { ...short, CXONE_WEBHOOK_B: '' })).toEqual([
    'refused-value /spec/headers/X-A/fromEnv CXONE_WEBHOOK_A',
    'unset-variable /spec/headers/X-B/fromEnv CXONE_WEBHOOK_B',
  ]);
});

test('a value that may not be read is no problem', () => {
  expect(headerProblems([wanted], [change(wanted, null)], () => undefined)).toEqual([]);
});
