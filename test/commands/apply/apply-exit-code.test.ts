import { describe, expect, test } from 'vitest';
import { type Progress, startProgress } from '../../../src/apply/progress.js';
import { applyExitCode } from '../../../src/commands/apply/apply-exit-code.js';
import { KnownError } from '../../../src/model/known-error.js';
import { change, engine } from '../../plan/sample.js';

const quiet = { pending: 0, unknown: 0 };

function one(members: Partial<Progress>): Progress {
  return { ...startProgress(change(engine('A@1.0.0'), null)), ...members };
}

const failed = (code: string) => one({ status: 'failed', error: { code, message: 'no' } });
const applied = one({ status: 'applied', written: true });
const fatal = new KnownError('LedgerError', 'the disk is full');

function codeOf(progress: Progress[], audit: Partial<typeof quiet> = {}, interrupted = false, ended?: KnownError) {
  return applyExitCode({ progress, fatal: ended }, { ...quiet, ...audit }, interrupted);
}

describe('the exit code of an apply', () => {
  test.each([
    ['everything is done', codeOf([applied]), 0],
    ['nothing was to be done', codeOf([]), 0],
    ['an audit event waits', codeOf([applied], { pending: 1 }), 8],
    ['an audit event may have arrived', codeOf([applied], { unknown: 1 }), 8],
    ['the ledger failed behind the last change', codeOf([applied], {}, false, fatal), 8],
    ['something is done and something failed', codeOf([applied, failed('forbidden')]), 7],
    ['something is unknown', codeOf([one({ status: 'unknown' })]), 7],
    ['nothing was written: no permission comes before stale', codeOf([failed('stale'), failed('forbidden')]), 4],
    ['nothing was written: no value of a header', codeOf([failed('forbidden'), failed('ConfigurationError')]), 3],
    ['nothing was written: stale', codeOf([failed('conflict'), failed('stale')]), 6],
    ['nothing was to be done, and the ledger could not record that', codeOf([], {}, false, fatal), 1],
    ['nothing was to be done, and an audit event waits', codeOf([], { pending: 1 }, false, fatal), 8],
    ['nothing was written: the ledger', codeOf([one({ status: 'not-attempted' })], {}, false, fatal), 1],
  ])('when %s', (_when, code, expected) => {
    expect(code).toBe(expected);
  });

  test.each([
    ['with changes left', codeOf([one({ status: 'not-attempted' })], {}, true)],
    ['with some done', codeOf([applied, one({ status: 'not-attempted' })], { pending: 1 }, true)],
    ['with only audit events left to the next run', codeOf([applied], { pending: 1 }, true)],
  ])('of an interrupted run %s is 130', (_when, code) => {
    expect(code).toBe(130);
  });

  test('of a run whose interrupt left nothing undone is 0', () => {
    expect(codeOf([applied], {}, true)).toBe(0);
  });
});
