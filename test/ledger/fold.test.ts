import { describe, expect, test } from 'vitest';
import type { EntryBody } from '../../src/ledger/entry.js';
import type { Ledger } from '../../src/ledger/open-ledger.js';
import { sha256 } from '../../src/model/hash.js';
import { trustHash } from '../../src/model/trusted-settings.js';
import { CLAIMED, change, inLedger, intent, outcome, runEnd, temporaryFolder, verifyFolder } from './sample.js';

type Resolved = Extract<EntryBody, { kind: 'resolved' }>;

function resolved(subject: number, more: Partial<Resolved> = {}): Resolved {
  return { kind: 'resolved', subject, answer: null, by: 'person', reason: null, claimed: CLAIMED, ...more };
}

const unknownDelivery = (seq: number): EntryBody => ({
  kind: 'delivery-unknown',
  outcome: seq,
  reason: 'reset',
  correlationId: null,
});

async function sent(ledger: Ledger): Promise<number> {
  const seq = await change(ledger);
  await ledger.append({ kind: 'delivering', outcome: seq });
  return seq;
}

describe('what may follow what', () => {
  test.each<[string, (ledger: Ledger) => Promise<unknown>]>([
    [
      'an unknown delivery of what was not sent',
      async (ledger) => ledger.append(unknownDelivery(await change(ledger))),
    ],
    [
      'a second sending of what is unknown',
      async (ledger) => {
        const seq = await sent(ledger);
        await ledger.append(unknownDelivery(seq));
        await ledger.append({ kind: 'delivering', outcome: seq });
      },
    ],
    [
      'a refusal that names what exists',
      async (ledger) => ledger.append(resolved(await sent(ledger), { by: 'refused', answer: 'log-1' })),
    ],
    [
      'a step that takes no traffic away and says who takes it over',
      async (ledger) =>
        ledger.append(intent({ step: 'raise', shift: { before: 10, after: 90, raises: ['SpeechEngine/A@1.0.0'] } })),
    ],
    ['the resolution of what was not sent', async (ledger) => ledger.append(resolved(await change(ledger)))],
    [
      'an intent settled by a refusal of the audit log',
      async (ledger) => ledger.append(resolved((await ledger.append(intent())).seq, { by: 'refused' })),
    ],
  ])('%s is refused', async (_, work) => {
    await inLedger(temporaryFolder(), async (ledger) => {
      await expect(work(ledger)).rejects.toThrow(/^ledger entry \d+ \(/u);
    });
  });
});

describe('what entries add up to', () => {
  test('a person may say what became of an open intent, and it stays open until its outcome', async () => {
    await inLedger(temporaryFolder(), async (ledger) => {
      const { seq } = await ledger.append(intent());
      expect(ledger.state.openIntents[0]).not.toHaveProperty('answer');
      await ledger.append(resolved(seq, { answer: 'engine-1' }));
      expect(ledger.state.openIntents).toMatchObject([{ answer: 'engine-1' }]);
      await ledger.append(resolved(seq));
      expect(ledger.state.openIntents).toMatchObject([{ answer: null }]);
      await ledger.append(outcome(seq, { status: 'failed', resultHash: sha256('before') }));
      expect(ledger.state.openIntents).toEqual([]);
    });
  });

  test('what was not attempted says nothing new of its engine', async () => {
    await inLedger(temporaryFolder(), async (ledger) => {
      const applied = await change(ledger);
      const { seq } = await ledger.append(intent());
      await ledger.append(outcome(seq, { status: 'not-attempted' }));
      expect(ledger.state.lastOutcome('engine-1')?.seq).toBe(applied);
    });
  });

  test('a failed create that left nothing is no state of an engine', async () => {
    await inLedger(temporaryFolder(), async (ledger) => {
      const { seq } = await ledger.append(intent());
      await ledger.append(outcome(seq, { status: 'failed', resultHash: null }));
      expect(ledger.state.lastOutcome('engine-1')).toBeUndefined();
    });
  });

  test('an update without its audit event is unaudited, and no create', async () => {
    await inLedger(temporaryFolder(), async (ledger) => {
      const { seq } = await ledger.append(intent());
      await ledger.append(outcome(seq));
      expect(ledger.state.unaudited).toMatchObject([{ remoteId: 'engine-1' }]);
      expect(ledger.state.unauditedCreate('engine-1')).toBe(false);
    });
  });

  test('the last trusted settings count, whatever endpoint their entry is about', async () => {
    const folder = temporaryFolder();
    const trust = (endpoint: string): EntryBody => ({
      kind: 'trust',
      trustHash: trustHash({ endpoint }),
      settings: { endpoint },
      accepted: 'first',
      claimed: CLAIMED,
    });
    await inLedger(folder, (ledger) => ledger.append(trust('one')));
    await inLedger(folder, (ledger) => ledger.append(trust('two')), { endpoint: 'https://other.api.nicecxone.com' });
    await inLedger(folder, async (ledger) => {
      expect(ledger.state.lastTrust).toMatchObject({
        trustHash: trustHash({ endpoint: 'two' }),
        settings: { endpoint: 'two' },
      });
    });
    expect((await verifyFolder(folder)).clean).toBe(true);
  });

  test('the last digest of a header counts, in any spelling, and only of that webhook and that header', async () => {
    await inLedger(temporaryFolder(), async (ledger) => {
      const secret = (header: string, digest: string): EntryBody => ({
        kind: 'secret',
        id: 'Webhook/QA',
        remoteId: 'w1',
        header,
        salt: 'ab'.repeat(16),
        digest: sha256(digest),
      });
      await ledger.append(secret('X-A', 'old'));
      await ledger.append(secret('x-A', 'new'));
      for (const header of ['X-A', 'x-a', 'x-A']) {
        expect(ledger.state.secretDigest('w1', header)).toEqual({ salt: 'ab'.repeat(16), digest: sha256('new') });
      }
      expect(ledger.state.secretDigest('w1', 'X-B')).toBeUndefined();
      expect(ledger.state.secretDigest('w2', 'X-A')).toBeUndefined();
    });
  });

  test('the last commit is that of the last run or intent of the endpoint, unless its manifests were dirty', async () => {
    const folder = temporaryFolder();
    const id = (digit: string) => digit.repeat(40);
    const commitIn = (endpoint: string, ...bodies: EntryBody[]) =>
      inLedger(
        folder,
        async (ledger) => {
          for (const body of bodies) await ledger.append(body);
          return ledger.state.lastCommit;
        },
        { endpoint },
      );
    const [here, there] = ['https://a.api.nicecxone.com', 'https://b.api.nicecxone.com'];
    expect(await commitIn(here)).toBeUndefined();
    expect(await commitIn(here, runEnd({ commit: id('1') }))).toEqual({ id: id('1'), seq: 2 });
    expect(await commitIn(there)).toBeUndefined();
    expect(await commitIn(there, runEnd({ commit: id('2'), status: 'no-changes' }))).toMatchObject({ id: id('2') });
    // This run died before its end.
    expect(await commitIn(here, intent({ git: { head: id('3'), dirty: false } }))).toEqual({ id: id('3'), seq: 4 });
    const dirty = intent({ git: { head: id('4'), dirty: true }, remoteId: 'engine-2' });
    const bare = intent({ git: null, remoteId: 'engine-3' });
    expect(await commitIn(here, runEnd({ commit: null }), dirty, bare)).toEqual({ id: id('3'), seq: 4 });
    expect((await verifyFolder(folder)).fault).toBeUndefined();
  });

  test('an override changes nothing of what is live', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, async (ledger) => {
      const refusals = [{ code: 'protected', id: 'SpeechEngine/A@1.0.0' }];
      const about = { planHash: sha256('plan'), git: null, claimed: CLAIMED };
      await ledger.append({ kind: 'override', reason: 'the old model is recalled', refusals, ...about });
      expect(ledger.state.known).toBe(false);
    });
    expect((await verifyFolder(folder)).clean).toBe(true);
  });

  test('a shift is owed until each of those that were to take it over was raised, and no longer', async () => {
    await inLedger(temporaryFolder(), async (ledger) => {
      const [b, c] = ['SpeechEngine/A@2.0.0', 'SpeechEngine/A@3.0.0'];
      const lower = { step: 'lower' as const, shift: { before: 60, after: 20, raises: [b, c] } };
      await ledger.append(outcome((await ledger.append(intent(lower))).seq));
      const raise = async (id: string, remoteId: string, more: object = {}) => {
        const { seq } = await ledger.append(intent({ id, remoteId, step: 'raise', ...more }));
        await ledger.append(outcome(seq, { remoteId, ...more }));
      };
      const owed = () => ledger.state.lastApplied('engine-1')?.shift?.raises;
      await raise(b, 'engine-2', { status: 'failed' });
      expect(owed()).toEqual([b, c]);
      await raise(b, 'engine-2');
      expect(owed()).toEqual([c]);
      await raise(c, 'engine-3');
      expect(owed()).toBeUndefined();
      expect(ledger.state.lastApplied('engine-1')).toMatchObject({ intent: { step: 'lower' } });
    });
  });
});
