import { describe, expect, test } from 'vitest';
import { kindDefinition } from '../../../src/kinds/kinds.js';
import type { Entry } from '../../../src/ledger/entry.js';
import { readLines } from '../../../src/ledger/file/read-lines.js';
import type { Ledger } from '../../../src/ledger/open-ledger.js';
import { type Finding, openFindings } from '../../../src/ledger/verify/findings.js';
import { type LiveReader, liveCheck } from '../../../src/ledger/verify/live-check.js';
import { verifyLedger } from '../../../src/ledger/verify/verify.js';
import { hashJson } from '../../../src/model/hash.js';
import type { Live } from '../../../src/model/resource.js';
import {
  ENDPOINT,
  fakeClock,
  type IntentBody,
  inLedger,
  intent,
  type OutcomeBody,
  outcome,
  prodFile,
  START,
  temporaryFolder,
} from '../sample.js';

function engineOf(remoteId: string, name: string, description = ''): Live {
  const entity = {
    speechEngineId: remoteId,
    name,
    version: '1.0.0',
    acousticModelId: 'm',
    languageProfileId: 'p',
    description,
  };
  return { identity: { kind: 'SpeechEngine', name, version: '1.0.0' }, remoteId, entity };
}

function webhookOf(remoteId: string, engines: readonly string[]): Live {
  const filter = { eventTypes: ['speechEngineUpdated'], speechEngineIds: [...engines] };
  const entity = { webhookId: remoteId, name: 'QA', callbackUrl: 'https://qa.example.com', filter };
  return { identity: { kind: 'Webhook', name: 'QA' }, remoteId, entity };
}

function hashOf({ identity, entity }: Live, names: Readonly<Record<string, string>> = {}): string {
  return hashJson(kindDefinition(identity.kind).liveState(entity, (id) => names[id] ?? id));
}

async function changed(ledger: Ledger, of: Partial<IntentBody>, ended: Partial<OutcomeBody>): Promise<number> {
  const { seq } = await ledger.append(intent(of));
  return (await ledger.append(outcome(seq, { remoteId: of.remoteId ?? null, ...ended }))).seq;
}

const [before, after] = [engineOf('e1', 'IVR'), engineOf('e1', 'IVR', 'new')];
const update = {
  id: 'SpeechEngine/IVR@1.0.0',
  remoteId: 'e1',
  beforeHash: hashOf(before),
  afterHash: hashOf(after),
  payloadHash: hashOf(after),
};

async function check(
  work: (ledger: Ledger) => Promise<void>,
  live: readonly Live[],
  more: Partial<LiveReader> = {},
  clock = fakeClock(START + 86_400_000),
) {
  const folder = temporaryFolder();
  await inLedger(folder, work);
  const made = liveCheck({
    endpoint: ENDPOINT,
    open: async () => ({
      list: async (kind) => live.filter(({ identity }) => identity.kind === kind),
      engine: async () => undefined,
      ...more,
    }),
    clock,
    listLagMs: 5000,
  });
  const onEntry = (entry: Entry) => made.entry(entry);
  const result = await verifyLedger(readLines(prodFile(folder)), { onEntry });
  const findings = openFindings();
  await made.end(result, findings);
  return findings.first;
}

const codes = (found: readonly Finding[]) => found.map(({ seq, code }) => [seq, code]);

describe('what is live', () => {
  test('as the last outcome left it is as it should be, and so is what the ledger never made', async () => {
    const work = async (ledger: Ledger) => void (await changed(ledger, update, { resultHash: hashOf(after) }));
    expect(await check(work, [after, engineOf('e2', 'Unmanaged')])).toEqual([]);
    expect(codes(await check(work, [before]))).toEqual([[3, 'changed-outside']]);
    expect(codes(await check(work, []))).toEqual([[3, 'gone']]);
  });

  test('may be either side of a request that has no outcome', async () => {
    const work = async (ledger: Ledger) => {
      await changed(ledger, update, { resultHash: hashOf(after) });
      const next = { beforeHash: hashOf(after), afterHash: hashOf(before), payloadHash: hashOf(before) };
      await ledger.append(intent({ ...update, ...next }));
    };
    expect(await check(work, [after])).toEqual([]);
    expect(await check(work, [before])).toEqual([]);
    expect(codes(await check(work, [engineOf('e1', 'IVR', 'other')]))).toEqual([[3, 'changed-outside']]);
  });

  test('that a failed request found changed is still changed outside, and the entry that found it is named', async () => {
    const other = engineOf('e1', 'IVR', 'by hand');
    const found = await check(
      async (ledger) => {
        await changed(ledger, update, { resultHash: hashOf(after) });
        await changed(
          ledger,
          { ...update, beforeHash: hashOf(other) },
          { status: 'failed', resultHash: hashOf(other) },
        );
      },
      [other],
    );
    expect(codes(found)).toEqual([[3, 'changed-outside']]);
    expect(found[0]?.message).toContain('as entry 5 found it already');
    expect(found[0]?.message).toContain('by ada, it says');
  });

  test('that is not what was sent, yet came of it, is as the tool left it', async () => {
    const odd = engineOf('e1', 'IVR', 'trimmed');
    const timestamp = '2026-01-31T12:00:00Z';
    const facts = { targetId: 'e1', action: 'UPDATE', payloadHash: hashOf(odd), timestamp } as const;
    const event = { source: 'AutomatedConfigurator', eventType: 'speech.engine.configuration', ...facts } as const;
    const work = async (ledger: Ledger) =>
      void (await changed(ledger, update, { status: 'failed', resultHash: hashOf(odd), event }));
    expect(await check(work, [odd])).toEqual([]);
    expect(codes(await check(work, [after]))).toEqual([[3, 'changed-outside']]);
  });

  test('in the state that a failed request was to lead to is as it should be', async () => {
    const work = async (ledger: Ledger) => {
      await changed(ledger, { ...update, afterHash: hashOf(before) }, { resultHash: hashOf(before) });
      await changed(ledger, update, { status: 'failed', resultHash: hashOf(after) });
    };
    expect(await check(work, [after])).toEqual([]);
  });

  test('at another endpoint is not ours to judge', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, async (ledger) => void (await changed(ledger, update, { resultHash: hashOf(after) })));
    const open = async () => ({ list: async () => [], engine: async () => undefined });
    const made = liveCheck({ endpoint: 'https://other.api.nicecxone.com', open, clock: fakeClock(), listLagMs: 0 });
    const result = await verifyLedger(readLines(prodFile(folder)), { onEntry: (entry) => made.entry(entry) });
    const findings = openFindings();
    const notes = await made.end(result, findings);
    expect(findings.first).toEqual([]);
    expect(notes).toContain('requests of the ledger to other endpoints, which were not looked at: 1');
  });

  test('of an engine that only a failed request was about is not ours', async () => {
    const work = async (ledger: Ledger) =>
      void (await changed(ledger, update, { status: 'failed', resultHash: hashOf(before) }));
    expect(await check(work, [engineOf('e1', 'IVR', 'anything')])).toEqual([]);
  });

  test('is no other webhook because an engine that it names was renamed', async () => {
    const hook = webhookOf('w1', ['e1', 'unmanaged']);
    const renamed = engineOf('e1', 'Renamed');
    const names = { e1: 'SpeechEngine/IVR@1.0.0', unmanaged: 'SpeechEngine/Other@1.0.0' };
    const written = hashOf(hook, names);
    const work = async (ledger: Ledger) => {
      const applied = (id: string, remoteId: string, hash: string) =>
        changed(ledger, { id, remoteId, afterHash: hash, payloadHash: hash }, { resultHash: hash });
      await applied(update.id, 'e1', hashOf(before));
      await applied('Webhook/QA', 'w1', written);
      await applied('SpeechEngine/Renamed@1.0.0', 'e1', hashOf(renamed));
    };
    const other = engineOf('unmanaged', 'Other');
    expect(await check(work, [renamed, other, hook])).toEqual([]);
    expect(codes(await check(work, [renamed, other, webhookOf('w1', [])]))).toEqual([[5, 'changed-outside']]);
  });

  test('is read by id where it is not listed, and webhooks can not be', async () => {
    const hook = webhookOf('w1', []);
    const work = async (ledger: Ledger) => {
      await changed(ledger, update, { resultHash: hashOf(after) });
      const to = { afterHash: hashOf(hook), payloadHash: hashOf(hook) };
      await changed(ledger, { id: 'Webhook/QA', remoteId: 'w1', ...to }, { resultHash: hashOf(hook) });
    };
    const unlisted = { list: async () => 'unsupported' as const, engine: async () => after };
    expect(codes(await check(work, [], unlisted))).toEqual([[null, 'live-unreadable']]);
    const lagging = { list: async () => [], engine: async () => after };
    expect(codes(await check(work, [], lagging))).toEqual([[5, 'gone']]);
  });

  test('is looked at once a list shows what was created just now', async () => {
    const clock = fakeClock(START + 2000);
    await check(
      async (ledger) => {
        const made = {
          ...update,
          step: 'create' as const,
          action: 'create' as const,
          remoteId: null,
          beforeHash: null,
        };
        await changed(ledger, made, { remoteId: 'e1', resultHash: hashOf(after) });
      },
      [after],
      {},
      clock,
    );
    expect(clock.slept).toEqual([3000]);
  });
});
