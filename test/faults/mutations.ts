/** A guarantee's mechanism, switched off in a test build by replacing text of the sources. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** Text that must be there exactly once, and what takes its place. */
  readonly replace: readonly (readonly [from: string, to: string])[];
  /** The tests of which one must fail. */
  readonly tests: readonly string[];
}

const matrices = ['test/faults/kill-variants', 'test/faults/kill-matrix'];

/** What `npm run bite` switches off, one at a time. test/faults/mutations.test.ts looks that none has rotted. */
export const mutations: readonly Mutation[] = [
  {
    name: 'the intent is written after its request',
    file: 'src/apply/write-step.ts',
    replace: [
      [
        "  const intent = await run.ledger.append({\n    kind: 'intent',\n    ...intentOf(run, step, progress),\n    ...trafficOf",
        "  const announce = () => run.ledger.append({\n    kind: 'intent',\n    ...intentOf(run, step, progress),\n    ...trafficOf",
      ],
      [
        'const settled = await settleWrite(run, step, progress, intent, await send(), send);',
        'const sent = await send();\n  const intent = await announce();\n  const settled = await settleWrite(run, step, progress, intent, sent, send);',
      ],
    ],
    tests: [...matrices, 'test/faults/full-disk'],
  },
  {
    name: 'a POST without an answer is sent again at once',
    file: 'src/apply/settle-write.ts',
    replace: [
      [
        'return await lookUpCreate(run, step, progress, intent, result, conflict);',
        'return conflict ? await lookUpCreate(run, step, progress, intent, result, conflict) : await settleWrite(run, step, progress, intent, await resend(), resend);',
      ],
    ],
    tests: ['test/faults/late-requests', ...matrices],
  },
  {
    name: 'a POST without an answer has failed',
    file: 'src/apply/settle-write.ts',
    replace: [["if (result.outcome === 'unknown' || conflict)\n", 'if (conflict)\n']],
    tests: ['test/faults/fault-matrix', ...matrices],
  },
  {
    name: 'nothing is synced',
    file: 'src/ledger/file/append-to-file.ts',
    replace: [['    await handle.datasync();', '']],
    tests: ['test/faults/kill-variants', 'test/faults/full-disk'],
  },
  {
    name: 'nobody waits for the fsync',
    file: 'src/ledger/file/append-to-file.ts',
    replace: [['    await handle.datasync();', '    handle.datasync().catch(() => undefined);']],
    tests: ['test/faults/full-disk', 'test/faults/kill-variants'],
  },
  {
    name: 'the lock keeps nobody out',
    file: 'src/ledger/file/ledger-lock.ts',
    replace: [['throw isHeld(error) ? heldLock(file, other) : error;', 'return async () => undefined;']],
    tests: ['test/faults/two-runs'],
  },
  {
    name: 'without ETags nothing is read before a PATCH',
    file: 'src/apply/settle-write.ts',
    replace: [
      [
        "if (step.name === 'create' || progress.remoteId === null || progress.etag !== undefined) return undefined;",
        'if (step !== undefined || progress.remoteId === null) return undefined;',
      ],
    ],
    tests: ['test/faults/two-runs'],
  },
  {
    name: 'no If-Match',
    file: 'src/cxone/calls.ts',
    replace: [["    ...(ifMatch !== undefined && { 'if-match': ifMatch }),\n", '']],
    tests: ['test/faults/two-runs'],
  },
  {
    name: 'a fresh runner looks once',
    file: 'src/commands/apply/apply-under-lock.ts',
    replace: [['looksTwice ? now.at :', 'looksTwice ? Number.NEGATIVE_INFINITY :']],
    tests: ['test/faults/kill-variants'],
  },
  {
    name: 'an audit event is announced after it was sent',
    file: 'src/ledger/delivery/deliver-one.ts',
    replace: [
      [
        "  await ledger.append({ kind: 'delivering', outcome: seq });\n  const answer = await auditLog.post(event);",
        "  const answer = await auditLog.post(event);\n  await ledger.append({ kind: 'delivering', outcome: seq });",
      ],
    ],
    tests: ['test/faults/full-disk', ...matrices],
  },
  {
    name: 'a replaced key still signs',
    file: 'src/ledger/checkpoint/key-chain.ts',
    replace: [['at: (size) => keys.findLast(({ from }) => from <= size),', 'at: () => keys[0],']],
    tests: ['test/ledger/verify/signatures-check'],
  },
  {
    name: 'a new key signs what was there before it',
    file: 'src/ledger/checkpoint/key-chain.ts',
    replace: [['from <= size', 'from <= size + 1']],
    tests: ['test/ledger/verify/signatures-check'],
  },
  {
    name: 'the key before does not sign the new one',
    file: 'src/ledger/checkpoint/key-entry.ts',
    replace: [
      [
        "const missing = signers.find((signer) => signatureOf(note, signer) !== 'valid');",
        "const missing = [key].find((signer) => signatureOf(note, signer) !== 'valid');",
      ],
    ],
    tests: ['test/ledger/checkpoint/signed-ledger'],
  },
  {
    name: 'a pinned key vouches for any size, though the ledger replaced it',
    file: 'src/ledger/checkpoint/judge-checkpoint.ts',
    replace: [['pinned !== undefined && keys.find(pinned) === undefined;', 'pinned !== undefined;']],
    tests: ['test/ledger/verify/signatures-check'],
  },
  {
    name: 'a ledger that was cut is written on',
    file: 'src/ledger/open-ledger.ts',
    replace: [['const unsigned = read.chain.entries - own.signedTo(read.chain);', 'const unsigned = 0;']],
    tests: ['test/ledger/checkpoint/signed-ledger'],
  },
  {
    name: 'the first checkpoint comes before its key',
    file: 'src/ledger/open-ledger.ts',
    replace: [['  const key = signer && keyToAdd(', '  await Promise.all(writes);\n  const key = signer && keyToAdd(']],
    tests: ['test/ledger/checkpoint/signed-ledger'],
  },
  {
    name: 'a checkpoint is written through a link',
    file: 'src/ledger/file/checkpoint-file.ts',
    replace: [
      ['    await rm(unfinished, { force: true });\n', ''],
      ["open(unfinished, 'wx', 0o600)", "open(unfinished, 'w', 0o600)"],
    ],
    tests: ['test/ledger/checkpoint/signed-ledger'],
  },
  {
    name: 'what is signed is not compared with what is there',
    file: 'src/ledger/checkpoint/judge-checkpoint.ts',
    replace: [['if (head === read.head) return', 'if (size > 0) return']],
    tests: ['test/ledger/verify/mutations'],
  },
];
