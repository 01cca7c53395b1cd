import { describe, expect, test } from 'vitest';
import { driftOf } from '../../src/plan/drift.js';
import { applyText, outcomeLine } from '../../src/report/apply-text.js';
import { auditDeliverText } from '../../src/report/audit-text.js';
import { auditVerifyText } from '../../src/report/audit-verify-text.js';
import { driftText } from '../../src/report/drift-text.js';
import { planText } from '../../src/report/plan-text.js';
import { coloured, dangers, golden, hostile, plain } from './page.js';
import { applied, emptyPlan, hostilePlan, outcome, plan } from './sample.js';

const nothingAudited = { delivered: 0, pending: 0, unknown: 0 };

describe('a plan as text', () => {
  test('at 80 columns', async () => {
    await expect(planText(plan, plain)).toMatchFileSnapshot(golden('plan.txt'));
  });

  test('with colours', async () => {
    await expect(planText(plan, coloured)).toMatchFileSnapshot(golden('plan-coloured.txt'));
  });

  test('whose guardrails are overridden says why, and what no override passes', () => {
    const text = planText(plan, plain, 'INC-4711: calls from Spain fail');
    const [, blocks = ''] = text.split('\n\n! Refused');
    expect(`! Refused${blocks}`).toContain(
      [
        '! Refused: apply would stop with exit code 5',
        '    SpeechEngine/Production ASR Engine: the splits would sum to 120: live',
      ].join('\n'),
    );
    expect(text).toContain(
      [
        '! Overridden: guardrails refuse this, and it is applied all the same',
        '    reason: INC-4711: calls from Spain fail',
        '    prod: 4 changes in one apply, and maxChanges.count is 2',
      ].join('\n'),
    );
    expect(planText({ ...plan, refusals: [] }, plain, 'INC-4711')).not.toContain('Overridden');
  });

  test('tells how to pass guardrails only where that is all it takes', () => {
    const guardrails = plan.refusals.filter(({ code }) => code !== 'traffic-over-100');
    expect(planText(plan, plain)).not.toContain('--override');
    expect(planText({ ...plan, refusals: guardrails }, plain)).toContain('exit code 5, unless given --override REASON');
  });

  test('tells a hint that several refusals share below the last of them', () => {
    const lines = planText(plan, plain).split('\n');
    expect(lines.filter((line) => line.trim() === 'Apply it in parts with --only.')).toHaveLength(1);
    expect(lines.filter((line) => line.trim() === 'Take the change back, or leave it out with --only.')).toHaveLength(
      1,
    );
  });

  test('keeps hostile words of an override and of refusals harmless', () => {
    expect(dangers(planText(hostilePlan, plain, hostile))).toEqual([]);
    const refusals = [{ code: 'protected', id: hostile, message: hostile, hint: hostile }];
    expect(dangers(planText({ ...hostilePlan, refusals }, plain, hostile))).toEqual([]);
    expect(dangers(planText({ ...hostilePlan, refusals }, { ...plain, width: 20 }, hostile))).toEqual([]);
  });

  test('says a cause once where all of a resource share it, else behind each row', () => {
    const [change] = plan.changes;
    if (change === undefined) throw new Error('the sample has changes');
    const lines = (...causes: ('drift' | 'pending')[]) => {
      const fields = change.fields.map((field, index) => ({ ...field, cause: causes[index] ?? 'drift' }));
      return planText({ ...plan, changes: [{ ...change, fields }] }, plain)
        .split('\n')
        .filter((line) => /edited outside|not yet/.test(line));
    };
    expect(lines('drift', 'drift')).toEqual(['~ SpeechEngine/IVR@1.0.0 update 1f0a (edited outside git)']);
    expect(lines('pending', 'drift')).toEqual([
      expect.stringMatching(/ → .* \(not yet applied\)$/),
      expect.stringMatching(/ → .* \(edited outside git\)$/),
    ]);
  });

  test('says how to see what did not fit, and only then', () => {
    expect(planText(plan, plain)).toContain('`cxone-gitops plan prod --format markdown` shows it.');
    expect(planText(plan, { ...plain, width: 1000 })).not.toContain('did not fit');
  });

  test('that is empty', async () => {
    await expect(planText({ ...emptyPlan, only: ['SpeechEngine/*'] }, plain)).toMatchFileSnapshot(
      golden('plan-empty.txt'),
    );
  });

  test('keeps its rows within the page, whatever the width', () => {
    for (const width of [80, 120, 200]) {
      const rows = planText(plan, { ...plain, width })
        .split('\n')
        .filter((line) => / → /.test(line));
      expect(rows.length).toBeGreaterThan(5);
      expect(Math.max(...rows.map((line) => line.length)), `${width} columns`).toBeLessThanOrEqual(width);
    }
  });

  test('shows both ends of a change that only differs far inside', () => {
    const text = planText(plan, plain);
    const [row] = text.split('\n').filter((line) => line.includes('description') && line.includes(' → '));
    const [left, right] = row?.split(' → ') ?? [];
    expect(left).toContain('winter');
    expect(right).toContain('spring');
  });

  test('is safe whatever is in it', () => {
    expect(dangers(planText(hostilePlan, plain))).toEqual([]);
    expect(planText(hostilePlan, plain)).toContain('\\u{1b}[31mred');
  });
});

describe('drift as text', () => {
  test('at 80 columns', async () => {
    const drift = driftOf(plan);
    const mixed = drift.drift.map((one) => ({
      ...one,
      fields: one.fields.map((field, index) => ({
        ...field,
        cause: index % 2 === 0 ? ('drift' as const) : ('pending' as const),
      })),
    }));
    await expect(driftText({ ...drift, drift: mixed }, plain)).toMatchFileSnapshot(golden('drift.txt'));
    await expect(driftText({ ...drift, drift: mixed }, coloured)).toMatchFileSnapshot(golden('drift-coloured.txt'));
  });

  test('that is in sync', () => {
    expect(driftText(driftOf(emptyPlan), plain)).toBe(
      'prod\n\nDrift of prod: in sync, 0 differing, 0 missing, 0 unmanaged.\n',
    );
  });

  test('is safe whatever is in it', () => {
    expect(dangers(driftText(driftOf(hostilePlan), plain))).toEqual([]);
  });
});

describe('an apply as text', () => {
  const error = { code: 'stale', message: 'it is no longer what the plan saw', hint: 'Plan again.' };
  const outcomes = [
    outcome('SpeechEngine/A@1.0.0'),
    outcome('SpeechEngine/B@1.0.0', { status: 'already-applied' }),
    outcome('SpeechEngine/C@1.0.0', { status: 'failed', error }),
    outcome('SpeechEngine/D@1.0.0', {
      action: 'create',
      status: 'unknown',
      remoteId: null,
      error: { code: 'unknown', message: 'no answer' },
    }),
    outcome('SpeechEngine/E@1.0.0', { status: 'not-attempted' }),
  ];

  test('says what was not applied, and counts the rest', async () => {
    const audit = { delivered: 1, pending: 2, unknown: 3 };
    const incomplete = applied(outcomes, { simulated: true, requests: { total: 12, retried: 1, rateLimited: 2 } });
    await expect(applyText(incomplete, audit, plain)).toMatchFileSnapshot(golden('apply.txt'));
    await expect(applyText(incomplete, audit, coloured)).toMatchFileSnapshot(golden('apply-coloured.txt'));
  });

  test('that went well is one line', () => {
    const text = applyText(applied(outcomes.slice(0, 1)), { ...nothingAudited, delivered: 1 }, plain);
    expect(text).toBe('Apply to prod: 1 applied, 1 audit event delivered. 12 requests.\n');
  });

  test('with nothing to do says so', () => {
    expect(applyText(applied([]), nothingAudited, plain)).toBe('Apply to prod: nothing to do.\n');
  });

  test('with nothing to do tells of audit events all the same: they decide the exit code', () => {
    const audit = { delivered: 1, pending: 2, unknown: 1 };
    expect(applyText(applied([]), audit, plain)).toBe(
      'Apply to prod: nothing to do, 1 audit event delivered, 2 audit events pending, 1 audit event of unknown delivery.\n',
    );
  });

  test('names a thing once, not on the line and in the message again', () => {
    const message = 'SpeechEngine/C@1.0.0 (engines/c.yaml:3:1): POST answered 400: no such model';
    const failed = outcome('SpeechEngine/C@1.0.0', { status: 'failed', error: { code: 'invalid', message } });
    expect(outcomeLine(failed, plain)).toBe(
      '✖ update failed SpeechEngine/C@1.0.0 8f1c2d\n    engines/c.yaml:3:1: POST answered 400: no such model',
    );
    const stale = { code: 'stale', message: 'SpeechEngine/C@1.0.0: it is no longer what the plan saw' };
    expect(outcomeLine({ ...failed, error: stale }, plain)).toContain('\n    it is no longer what the plan saw');
  });

  test('shows progress a line a change', () => {
    expect(outcomes.map((one) => outcomeLine(one, plain))).toEqual([
      '✔ updated SpeechEngine/A@1.0.0 8f1c2d',
      '✔ already applied SpeechEngine/B@1.0.0 8f1c2d',
      '✖ update failed SpeechEngine/C@1.0.0 8f1c2d\n    it is no longer what the plan saw\n    Plan again.',
      '? create unknown SpeechEngine/D@1.0.0\n    no answer',
      '· update not attempted SpeechEngine/E@1.0.0 8f1c2d',
    ]);
  });

  test('is safe whatever is in it', () => {
    const bad = outcome(`SpeechEngine/${hostile}`, {
      status: 'failed',
      remoteId: hostile,
      error: { code: 'x', message: hostile, hint: hostile },
    });
    expect(dangers(applyText(applied([bad]), nothingAudited, plain))).toEqual([]);
  });
});

describe('the audit trail as text', () => {
  const head = 'f'.repeat(64);
  const nothingOpen = {
    simulated: false,
    moreFaults: 0,
    checked: ['ledger', 'audit-log'] as ('ledger' | 'audit-log')[],
    notChecked: ['live', 'git'] as ('live' | 'git')[],
    notes: ['7 rows of it'],
    signed: null,
    delivered: 3,
    undelivered: 0,
    unknown: 0,
    open: 0,
  };

  test('that is clean', () => {
    const verify = {
      formatVersion: 1,
      environment: 'prod',
      status: 'clean',
      entries: 12,
      head,
      ...nothingOpen,
    } as const;
    expect(auditVerifyText({ ...verify, faults: [] }, plain)).toBe(
      `✔ clean prod: 12 entries, 3 audit events delivered\n  head ${head}\n  checked: the ledger itself, the audit log\n    7 rows of it\n  not checked: what is live (--live), the commits (--git)\n`,
    );
  });

  test('names each fault with its entry, and is safe', () => {
    const faults = [
      { seq: 7, code: 'chain-broken', message: `it does not follow ${hostile}` },
      { seq: null, code: 'empty', message: 'there is nothing' },
    ];
    const text = auditVerifyText(
      { formatVersion: 1, environment: 'prod', status: 'faults', entries: 12, head: null, faults, ...nothingOpen },
      { ...plain, width: Number.POSITIVE_INFINITY },
    );
    expect(text).toMatch(
      /^✖ entry 7: it does not follow .* \[chain-broken\]\n✖ there is nothing \[empty\]\n✖ not clean prod: 12 entries, 3 audit events delivered, 2 findings\n[^]*docs\/auditing\.md\n$/,
    );
    expect(dangers(text)).toEqual([]);
  });

  test('ends its lines where a terminal does', () => {
    const faults = [{ seq: 7, code: 'chain-broken', message: 'word '.repeat(40).trim() }];
    const text = auditVerifyText(
      { formatVersion: 1, environment: 'prod', status: 'faults', entries: 12, head: null, faults, ...nothingOpen },
      { ...plain, width: 60 },
    );
    const lines = text.trimEnd().split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60);
    expect(lines.slice(0, 2)).toEqual([expect.stringMatching(/^✖ entry 7: word/), expect.stringMatching(/^ {4}word/)]);
  });

  test('names what a person has to settle, and how', () => {
    const unknown = [
      {
        seq: 9,
        id: `SpeechEngine/${hostile}`,
        action: 'UPDATE',
        targetId: '8f1c2d',
        timestamp: '2026-01-31T12:00:00Z',
        payloadHash: 'a'.repeat(64),
      },
    ] as const;
    const text = auditDeliverText(
      {
        formatVersion: 1,
        simulated: true,
        environment: 'prod',
        status: 'incomplete',
        delivered: 1,
        pending: 2,
        unknown: [...unknown],
      },
      { ...plain, width: Number.POSITIVE_INFINITY },
    );
    expect(text).toContain('? entry 9: ');
    expect(text).toContain(
      'UPDATE of 2026-01-31T12:00:00Z for 8f1c2d may have arrived; settle it with --resolve 9=LOGID|absent',
    );
    expect(text).toContain('Audit events of prod (SIMULATOR): 1 delivered, 2 pending, 1 unknown.\n');
    expect(dangers(text)).toEqual([]);
  });
});
