import { describe, expect, test } from 'vitest';
import type { Context, SharedOptions } from '../../../src/commands/context.js';
import { openSecretCheck, type SecretCheckOptions } from '../../../src/commands/secrets/secret-check.js';
import { secretDigest } from '../../../src/ledger/secret-digest.js';
import type { JsonObject } from '../../../src/model/json.js';
import type { Live } from '../../../src/model/resource.js';
import { openMemoryLedger } from '../../apply/memory-ledger.js';
import { change, hook, liveHook } from '../../plan/sample.js';

const salt = '0'.repeat(32);
const sent = 'the value that was sent';

/** A webhook with one header for each variable, all live. */
function hookOf(name: string, ...variables: string[]) {
  const headers: JsonObject = {};
  for (const [index, variable] of variables.entries()) headers[`X-${index}`] = { fromEnv: variable };
  return { manifest: hook(name, { headers }), live: liveHook(`id-${name}`, name, { headers }) };
}

async function ledgerOf(...remoteIds: string[]) {
  const ledger = openMemoryLedger({ now: () => 0 }, []);
  const digest = await secretDigest(sent, salt);
  for (const remoteId of remoteIds) {
    await ledger.append({ kind: 'secret', id: 'Webhook/x', remoteId, header: 'X-0', salt, digest });
  }
  return ledger;
}

function open(hooks: readonly ReturnType<typeof hookOf>[], options: Partial<SecretCheckOptions>, only: string[] = []) {
  const lines: string[] = [];
  // Sound: the check touches nothing else of the world.
  const context = { err: { write: (text: string) => void lines.push(text) } } as unknown as Context;
  const shared = { only } as unknown as SharedOptions; // Sound, likewise.
  const manifests = hooks.map(({ manifest }) => manifest);
  const check = openSecretCheck(context, shared, manifests, { read: () => undefined, trusted: undefined, ...options });
  return { check, lines, live: hooks.map((one): Live => one.live) };
}

const words = (paths: readonly { path: string; why: string }[]) => paths.map(({ path, why }) => `${path} ${why}`);

describe('header values', () => {
  const one = hookOf('one', 'CXONE_WEBHOOK_A');

  test('that are those sent last, are not sent, and nothing is said', async () => {
    const { check, live, lines } = open([one], { read: () => sent });
    const { toSend, notices } = await check.judge(live, (await ledgerOf('id-one')).state);
    expect([toSend(one.live), notices, lines]).toEqual([[], [], []]);
  });

  test('that were sent under another spelling of the header are found, and nothing is sent or said', async () => {
    const headers = { 'x-0': { fromEnv: 'CXONE_WEBHOOK_A' } };
    const other = { manifest: hook('one', { headers }), live: one.live };
    const { check, live } = open([other], { read: () => sent });
    const { toSend, notices } = await check.judge(live, (await ledgerOf('id-one')).state);
    expect([toSend(one.live), notices]).toEqual([[], []]);
  });

  test('that are others, are sent', async () => {
    const { check, live } = open([one], { read: () => 'another value than that' });
    const { toSend } = await check.judge(live, (await ledgerOf('id-one')).state);
    expect(words(toSend(one.live))).toEqual(['/headers/x-0 changed']);
  });

  test('that can not be checked are counted by the reason, which is said once', async () => {
    const two = hookOf('two', 'CXONE_WEBHOOK_B', 'CXONE_WEBHOOK_C');
    const { check, live, lines } = open([one, two], {
      read: (variable) => (variable === 'CXONE_WEBHOOK_A' ? 'a value nobody knows of' : ''),
    });
    const { notices } = await check.judge(live, undefined);
    await check.judge(live, undefined);
    expect(notices).toEqual([
      '2 header values not checked: CXONE_WEBHOOK_B and CXONE_WEBHOOK_C are not set',
      '1 header value not checked: the ledger does not know what was sent to Webhook/one. `apply --resend-headers` sends it again',
    ]);
    expect(lines).toEqual(notices.map((notice) => `note: ${notice}\n`));
  });

  test('are left alone outside --only', async () => {
    const { check, live } = open([one], { read: () => 'short' }, ['Webhook/two']);
    expect(await check.judge(live, undefined)).toMatchObject({ notices: [] });
  });

  test('are read only for the variable and the origin that are trusted', async () => {
    const read: string[] = [];
    const evil = hookOf('evil', 'CXONE_WEBHOOK_A');
    const elsewhere = {
      ...evil,
      manifest: { ...evil.manifest, spec: { ...evil.manifest.spec, callbackUrl: 'https://evil.example' } },
    };
    const other = hookOf('other', 'CXONE_WEBHOOK_B');
    const { check, live } = open([elsewhere, other], {
      read: (variable) => void read.push(variable),
      trusted: [{ variable: 'CXONE_WEBHOOK_A', origins: ['https://qa.example.com'] }],
    });
    const { notices } = await check.judge(live, undefined);
    expect(read).toEqual([]);
    expect(notices).toEqual([
      '2 header values not checked: this run does not trust its manifests to have secrets read',
    ]);
    const values = {
      read: () => 'short',
      trusted: [{ variable: 'CXONE_WEBHOOK_A', origins: ['https://qa.example.com'] }],
    };
    expect(open([one], values).check.problems([])).toMatchObject([{ code: 'refused-value' }]);
    expect(open([hookOf('other', 'CXONE_WEBHOOK_B')], values).check.problems([])).toEqual([]);
  });

  test('of too many variables are not all compared: a run is bounded', async () => {
    const hooks = Array.from({ length: 66 }, (_, index) => hookOf(`h${index}`, `CXONE_WEBHOOK_${index}`));
    const ledger = await ledgerOf(...hooks.map(({ live }) => live.remoteId));
    const { check, live } = open(hooks, counted().options);
    const { notices } = await check.judge(live, ledger.state);
    expect(notices).toEqual([
      expect.stringMatching(/^2 header values not checked: these are more than one run compares/),
    ]);
  });

  test('of many webhooks that share a variable need one digest', async () => {
    const hooks = Array.from({ length: 66 }, (_, index) => hookOf(`h${index}`, 'CXONE_WEBHOOK_A'));
    const ledger = await ledgerOf(...hooks.map(({ live }) => live.remoteId));
    const digests = counted();
    const { check, live } = open(hooks, digests.options);
    expect((await check.judge(live, ledger.state)).notices).toEqual([]);
    await check.judge(live, ledger.state);
    expect(digests.made()).toBe(1);
  });
});

/** Digests cost nothing here, and are counted; all values are those sent last. */
function counted() {
  let made = 0;
  const right = secretDigest(sent, salt);
  const digestOf = () => {
    made += 1;
    return right;
  };
  return { made: () => made, options: { read: () => sent, digestOf } };
}

describe('header values that are missing', () => {
  const two = hookOf('two', 'CXONE_WEBHOOK_A', 'CXONE_WEBHOOK_B');

  test('are no note where another one is sent: they are a problem then', async () => {
    const onlyFirst = { read: (variable: string) => (variable === 'CXONE_WEBHOOK_A' ? 'another value than that' : '') };
    const { check, live } = open([two], onlyFirst);
    const { toSend, notices } = await check.judge(live, (await ledgerOf('id-two')).state);
    expect(notices).toEqual([]);
    const changes = [{ ...change(two.manifest, two.live), secrets: toSend(two.live) }];
    expect(check.problems(changes).map(({ message }) => message)).toEqual([
      'Webhook/two: header X-1: the variable CXONE_WEBHOOK_B is not set, and apply sends its value.',
    ]);
  });

  test('are a problem also where they may not be read yet, and nothing else is told of them', async () => {
    const values: Readonly<Record<string, string>> = { CXONE_WEBHOOK_A: 'short' };
    const read = (variable: string) => values[variable];
    const isSet = (variable: string) => variable in values;
    const changes = [change(two.manifest, null)];
    const { check } = open([two], { read, isSet, trusted: [] });
    expect(check.problems(changes).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'unset-variable /spec/headers/X-1/fromEnv',
    ]);
    expect(open([two], { read, trusted: [] }).check.problems(changes)).toEqual([]);
    check.trustManifests();
    expect(check.problems(changes).map(({ code }) => code)).toEqual(['refused-value', 'unset-variable']);
  });

  test('are no problem outside --only', () => {
    const { check } = open([two], {}, ['Webhook/other']);
    expect(check.problems([change(two.manifest, null)])).toEqual([]);
    expect(open([two], {}).check.problems([change(two.manifest, null)])).toHaveLength(2);
  });
});

describe('header values that a run may or may not have sent', () => {
  const two = hookOf('two', 'CXONE_WEBHOOK_A', 'CXONE_WEBHOOK_B');

  test('are sent again, where all of them are set', async () => {
    const { check, live } = open([two], { read: () => sent });
    check.sendAgain('Webhook/two');
    expect(words((await check.judge(live, undefined)).toSend(two.live))).toEqual([
      '/headers/x-0 resent',
      '/headers/x-1 resent',
    ]);
  });

  test('are not, where one is missing: that would only fail', async () => {
    const { check, live } = open([two], { read: (variable) => (variable === 'CXONE_WEBHOOK_A' ? sent : undefined) });
    check.sendAgain('Webhook/two');
    expect((await check.judge(live, undefined)).toSend(two.live)).toEqual([]);
  });
});
