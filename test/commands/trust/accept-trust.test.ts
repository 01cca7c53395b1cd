import { describe, expect, test } from 'vitest';
import type { Context } from '../../../src/commands/context.js';
import { type AcceptOptions, acceptedStill, acceptTrust } from '../../../src/commands/trust/accept-trust.js';
import { recordTrust } from '../../../src/commands/trust/record-trust.js';
import { type TrustedSettings, trustedJson, trustHash } from '../../../src/model/trusted-settings.js';
import { openMemoryLedger } from '../../apply/memory-ledger.js';
import { plain } from '../../report/page.js';

const settings: TrustedSettings = {
  baseUrl: 'https://acme.api.nicecxone.com',
  tokenUrl: 'https://acme.api.nicecxone.com/oauth/token',
  credentials: { clientId: 'CXONE_CLIENT_ID', clientSecret: 'CXONE_CLIENT_SECRET' },
  ledger: null,
  guardrails: { maxTrafficIncrease: 25 },
  webhooks: [{ variable: 'CXONE_WEBHOOK_QA', origins: ['https://qa.example.com'] }],
};
const other = (over: Partial<TrustedSettings>) => ({ ...settings, ...over });
const hashOf = (wanted: TrustedSettings) => trustHash(trustedJson(wanted));
const claimed = { actor: null, run: null, pullRequest: null };

const elsewhere = other({ webhooks: [{ variable: 'CXONE_WEBHOOK_QA', origins: ['https://b.example.com'] }] });
const stricter = other({ guardrails: { maxTrafficIncrease: 10 }, webhooks: [] });
const otherHost = other({
  baseUrl: 'https://evil.api.nicecxone.com',
  tokenUrl: 'https://evil.api.nicecxone.com/oauth/token',
});

/** A ledger whose last apply had these settings. */
async function ledgerOf(...applied: readonly TrustedSettings[]) {
  const ledger = openMemoryLedger({ now: () => 0 }, []);
  for (const one of applied) await recordTrust(ledger, one, claimed);
  return ledger;
}

/** A terminal that answers each question alike; undefined for none. */
function terminal(answer: boolean | undefined, env: Readonly<Record<string, string>> = {}) {
  const [questions, printed]: [string[], string[]] = [[], []];
  const confirm = async (question: string) => {
    questions.push(question);
    return answer === true;
  };
  const err = { page: plain, isTerminal: true, write: (text: string) => void printed.push(text) };
  // Sound: nothing else of the context is used.
  const context = { env, err, confirm: answer === undefined ? undefined : confirm } as unknown as Context;
  return { context, questions, printed };
}

async function accept(
  wanted: TrustedSettings,
  given: ReturnType<typeof terminal>,
  options: AcceptOptions = {},
  ledger = ledgerOf(settings),
) {
  return acceptTrust(given.context, options, 'dev', wanted, (await ledger).state);
}

describe('trusted settings that changed since the last apply', () => {
  test('need no acceptance where they give up rights, and are a note', async () => {
    const given = terminal(undefined);
    expect(await accept(stricter, given)).toMatchObject({ pending: [] });
    expect(given.printed).toEqual([
      'note: trusted settings: Tighten the guardrail maxTrafficIncrease to 10 (before: 25). This change needs no acceptance\n',
      'note: trusted settings: Send CXONE_WEBHOOK_QA no longer to https://qa.example.com (before: https://qa.example.com). This change needs no acceptance\n',
    ]);
  });

  test('wait for the question about the plan, where only webhooks and guardrails have a right more', async () => {
    const given = terminal(false);
    const { pending } = await accept(other({ guardrails: {}, webhooks: elsewhere.webhooks }), given);
    expect([pending.map(({ setting }) => setting), given.questions]).toEqual([
      ['guardrails.maxTrafficIncrease', 'webhooks.CXONE_WEBHOOK_QA'],
      [],
    ]);
  });

  test('are asked about before a secret is read, where they say where credentials go; the list is shown whole', async () => {
    const given = terminal(true);
    const { pending } = await accept({ ...otherHost, guardrails: {} }, given, { quiet: true });
    expect(pending.map(({ setting }) => setting)).toEqual(['guardrails.maxTrafficIncrease']);
    expect(given.questions).toEqual(['Accept the 2 changes of trusted settings above?']);
    expect(given.printed.join('')).toContain(
      '    Send all requests, with the access token, to https://evil.api.nicecxone.com (before: https://acme.api.nicecxone.com)\n' +
        '    Send the client id and the client secret to https://evil.api.nicecxone.com/oauth/token',
    );
  });

  test('are asked about in words, escaped, where it is one change', async () => {
    const given = terminal(true);
    await accept(other({ ledger: 'a\u202eb' }), given);
    expect(given.questions).toEqual(['Keep the ledger in the folder a\\u{202e}b? Before: the default.']);
  });

  test('end the run with a no', async () => {
    await expect(accept(otherHost, terminal(false))).rejects.toMatchObject({ code: 'InterruptedError', exitCode: 130 });
  });

  const all = { ...otherHost, guardrails: {}, webhooks: elsewhere.webhooks };
  test.each<[string, ReturnType<typeof terminal>, AcceptOptions]>([
    ['without a terminal', terminal(undefined), {}],
    ['with --auto-approve', terminal(true), { autoApprove: true }],
    ['in CI', terminal(true, { CI: 'true' }), {}],
    ["in a pull request's run", terminal(true, { GITHUB_EVENT_NAME: 'pull_request' }), {}],
  ])('stop the run %s, where nobody is asked', async (_where, given, options) => {
    for (const wanted of [elsewhere, otherHost, all]) {
      await expect(accept(wanted, given, options)).rejects.toMatchObject({
        code: 'TrustError',
        exitCode: 5,
        hint: expect.stringContaining(`--accept-trust ${hashOf(wanted)}`),
      });
    }
    expect(given.questions).toEqual([]);
  });

  test('name only the rights more when they stop a run', async () => {
    const mixed = { ...elsewhere, guardrails: { maxTrafficIncrease: 10 } };
    const refusal = await accept(mixed, terminal(undefined)).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      message: expect.stringMatching(/last apply: webhooks\.CXONE_WEBHOOK_QA from \S+ to https:\/\/b\.example\.com$/),
    });
  });

  test('are accepted by their hash, without a question, and by no other', async () => {
    const given = terminal(true);
    expect(await accept(all, given, { acceptTrust: hashOf(all) })).toMatchObject({ pending: [] });
    const wrong = { acceptTrust: hashOf(settings) };
    await expect(accept(all, given, wrong)).rejects.toMatchObject({ exitCode: 5 });
    await expect(accept(stricter, given, wrong)).rejects.toMatchObject({ exitCode: 5 });
    expect(given.questions).toEqual([]);
  });
});

describe('an acceptance, under the lock of the ledger,', () => {
  test('stands where the last apply is still the same', async () => {
    const acceptance = await accept(elsewhere, terminal(true));
    const { state } = await ledgerOf(settings);
    expect(acceptedStill('dev', elsewhere, state, acceptance, {})).toBe(acceptance);
  });

  test('does not stand where another run recorded other settings, unless the hash was accepted', async () => {
    const acceptance = await accept(elsewhere, terminal(true));
    const { state } = await ledgerOf(settings, otherHost);
    expect(() => acceptedStill('dev', elsewhere, state, acceptance, {})).toThrow('baseUrl from https://evil');
    const accepted = { acceptTrust: hashOf(elsewhere) };
    expect(acceptedStill('dev', elsewhere, state, acceptance, accepted).pending).toEqual([]);
  });

  test('asks about nothing that another run recorded meanwhile', async () => {
    const acceptance = await accept(elsewhere, terminal(true));
    const { state } = await ledgerOf(settings, elsewhere);
    expect(acceptedStill('dev', elsewhere, state, acceptance, {}).pending).toEqual([]);
  });

  test('of a first apply does not stand where another run began the ledger', async () => {
    const acceptance = await accept(elsewhere, terminal(undefined), {}, ledgerOf());
    const { state } = await ledgerOf(settings);
    expect(() => acceptedStill('dev', elsewhere, state, acceptance, {})).toThrow('its trusted settings changed');
  });
});

describe('the trust entry', () => {
  test.each<[string, readonly TrustedSettings[], TrustedSettings, string]>([
    ['first', [], settings, 'first'],
    ['operator, for a right more', [settings], elsewhere, 'operator'],
    [
      'operator, where some are given up',
      [settings],
      { ...elsewhere, guardrails: { maxTrafficIncrease: 1 } },
      'operator',
    ],
    ['given-up', [settings], stricter, 'given-up'],
    ['operator, for a right that was given up before', [settings, stricter], settings, 'operator'],
  ])('says who accepted it: %s', async (_what, applied, wanted, accepted) => {
    const ledger = await ledgerOf(...applied, wanted);
    expect(ledger.state.lastTrust?.accepted).toBe(accepted);
  });

  test('says that an operator accepted what was given by its hash', async () => {
    const ledger = await ledgerOf(settings);
    await recordTrust(ledger, stricter, claimed, { acceptTrust: hashOf(stricter) });
    expect(ledger.state.lastTrust?.accepted).toBe('operator');
  });
});
