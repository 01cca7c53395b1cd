import { PassThrough, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { openOutput } from '../../../src/commands/output/output.js';

const same = (text: string) => text;
const failure = (code: string) => Object.assign(new Error(code), { code });

/** A stream whose writes fail, and how often it was asked to write. */
function failing(how: 'throws' | 'emits') {
  let asked = 0;
  const target = Object.assign(new Writable(), {
    write: () => {
      asked += 1;
      if (how === 'throws') throw failure('ENOSPC');
      return target.emit('error', failure('EIO'));
    },
  });
  return { target, asked: () => asked };
}

describe('a stream that fails', () => {
  test.each([
    ['throws', 'ENOSPC'],
    ['emits', 'EIO'],
  ] as const)('(it %s) is told by a signal, and is not asked again', async (how, code) => {
    const { target, asked } = failing(how);
    const { write, stream, gone, flushed } = openOutput(target, same);
    write('one');
    expect([gone.aborted, gone.reason.code]).toEqual([true, code]);
    write('two');
    stream.write('three');
    await flushed();
    expect(asked()).toBe(1);
  });

  test('is told where a library writes to it, and the library goes on', () => {
    const { target } = failing('throws');
    const { stream, gone } = openOutput(target, same);
    expect(() => stream.write('bar')).not.toThrow();
    expect(gone.aborted).toBe(true);
  });

  test('may fail again without a word', () => {
    const { target } = failing('emits');
    const { write } = openOutput(target, same);
    write('one');
    expect(() => target.emit('error', failure('EPIPE'))).not.toThrow();
  });

  test('ends the wait for a reader', async () => {
    // Takes one write, and never says that it did.
    const target = new Writable({ write: () => undefined });
    const { write, flushed } = openOutput(target, same);
    write('one');
    const wait = flushed();
    target.emit('error', failure('EPIPE'));
    await wait;
  });
});

test('a stream that was never used has nothing to wait for: a full device refuses even nothing', async () => {
  const { target, asked } = failing('throws');
  const { write, flushed, gone } = openOutput(target, same);
  write('');
  await flushed();
  expect([asked(), gone.aborted]).toEqual([0, false]);
});

test('what libraries write is masked too, and outlives them', () => {
  const target = new PassThrough();
  const { stream } = openOutput(target, (text) => text.replaceAll('secret', '***'));
  stream.write('a secret');
  stream.end();
  stream.write(', another secret');
  expect(String(target.read())).toBe('a ***, another ***');
});

test('a terminal keeps its width for libraries', () => {
  const target = Object.assign(new PassThrough(), { isTTY: true, columns: 40 });
  const { stream } = openOutput(target, same);
  let resized = 0;
  stream.on('resize', () => (resized += 1));
  target.columns = 70;
  target.emit('resize');
  expect([stream.isTTY, stream.columns, resized]).toEqual([true, 70, 1]);
});
