import { expect, test } from 'vitest';
import type { Entry } from '../../../src/ledger/entry.js';
import { readLines } from '../../../src/ledger/file/read-lines.js';
import { openFindings } from '../../../src/ledger/verify/findings.js';
import { plansCheck, type SavedPlan } from '../../../src/ledger/verify/plans-check.js';
import { verifyLedger } from '../../../src/ledger/verify/verify.js';
import { sha256 } from '../../../src/model/hash.js';
import { ENDPOINT, type IntentBody, inLedger, intent, outcome, prodFile, temporaryFolder } from '../sample.js';

const id = 'SpeechEngine/Production ASR Engine@2.1.0';
const planned = { id, action: 'update', payloadHash: sha256('after') } as const;

function plan(more: Partial<SavedPlan> = {}): SavedPlan {
  const is = { file: 'plans/1.json', planHash: sha256('plan'), isWhole: true, environment: 'prod', endpoint: ENDPOINT };
  return { ...is, changes: [planned], ...more };
}

async function check(intents: readonly Partial<IntentBody>[], plans: readonly SavedPlan[]): Promise<unknown[]> {
  const folder = temporaryFolder();
  await inLedger(folder, async (ledger) => {
    for (const one of intents) {
      const { seq } = await ledger.append(intent(one));
      const resultHash = one.afterHash ?? sha256('after');
      await ledger.append(outcome(seq, { remoteId: one.remoteId ?? 'engine-1', resultHash }));
    }
  });
  const made = plansCheck({
    environment: 'prod',
    archive: 'plans',
    plans: async function* () {
      yield* plans;
    },
  });
  const result = await verifyLedger(readLines(prodFile(folder)), { onEntry: (entry: Entry) => made.entry(entry) });
  const findings = openFindings();
  await made.end(result, findings);
  return findings.first.map(({ seq, code }) => [seq, code]);
}

test('a request that its plan says is as it should be', async () => {
  expect(await check([{}, {}], [plan()])).toEqual([]);
});

test.each([
  ['leads elsewhere', { changes: [{ ...planned, payloadHash: sha256('other') }] }],
  ['does not have it', { changes: [] }],
  ['has it as a create', { changes: [{ ...planned, action: 'create' }] }],
  ['is of another environment', { environment: 'dev' }],
  ['is of another endpoint', { endpoint: 'https://other.api.nicecxone.com' }],
] as const)('a request whose plan %s is found', async (_what, more) => {
  expect(await check([{}], [plan(more)])).toEqual([[2, 'not-in-plan']]);
});

test('a plan that is missing is told of once, by the first entry that went by it', async () => {
  expect(await check([{}, { remoteId: 'engine-2' }], [plan({ planHash: sha256('another') })])).toEqual([
    [2, 'plan-missing'],
  ]);
});

test('an edited plan proves nothing, and does no harm beside the right one, whichever comes first', async () => {
  const edited = plan({ isWhole: false, changes: [{ ...planned, payloadHash: sha256('other') }] });
  expect(await check([{}], [edited])).toEqual([[2, 'plan-edited']]);
  expect(await check([{}], [edited, plan()])).toEqual([]);
  expect(await check([{}], [plan(), edited])).toEqual([]);
});

test('what leaves the state as the tool left it needs no plan: a header value sent again', async () => {
  const same = { beforeHash: sha256('after'), afterHash: sha256('after'), planHash: sha256('none') };
  expect(await check([{}, same], [plan()])).toEqual([]);
  // One of the engines that it names was renamed since.
  expect(await check([{ ...same, id: 'Webhook/QA' }], [])).toEqual([]);
  expect(await check([{}, { ...same, step: 'configure', payloadHash: sha256('wanted') }], [plan()])).toEqual([]);
});

test('what says that it leaves a state as it is, and is not what the tool left, needs a plan', async () => {
  const other = { beforeHash: sha256('other'), afterHash: sha256('other'), planHash: sha256('none') };
  expect(await check([other], [])).toEqual([[2, 'plan-missing']]);
  expect(await check([{ ...other, id: 'Webhook/QA', step: 'configure' }], [])).toEqual([[2, 'plan-missing']]);
  expect(await check([{}, { ...other, step: 'configure' }], [plan()])).toContainEqual([4, 'plan-missing']);
});

test('traffic that is given back needs no change of its plan where the ledger took it, and only there', async () => {
  const restore = { step: 'restore', id: 'SpeechEngine/Other@1.0.0', remoteId: 'engine-2' } as const;
  const lower = { ...restore, step: 'lower', planHash: sha256('before') } as const;
  const first = plan({ planHash: sha256('before'), changes: [{ ...planned, id: restore.id }] });
  expect(await check([lower, restore], [first, plan()])).toEqual([]);
  expect(await check([restore], [plan()])).toEqual([[2, 'not-in-plan']]);
});

test('the rest of a saved plan is held against that one, and may finish what it wanted to create', async () => {
  const rest = { savedPlan: sha256('plan'), planHash: sha256('rest') };
  expect(await check([rest], [plan({ changes: [{ ...planned, action: 'create' }] })])).toEqual([]);
  const more = { ...rest, afterHash: sha256('more'), payloadHash: sha256('more') };
  expect(await check([more], [plan()])).toEqual([[2, 'not-in-plan']]);
  expect(await check([rest], [])).toEqual([[2, 'plan-missing']]);
});
