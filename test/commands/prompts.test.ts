import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openPrompts } from '../../src/commands/prompts.js';

// Node edits lines in another way where the terminal that runs the tests is a dumb one.
beforeEach(() => void vi.stubEnv('TERM', 'xterm'));
afterEach(() => void vi.unstubAllEnvs());

/** A terminal whose keys the test presses; `shown` is all that was ever printed on it. */
function terminal({ coloured = false, isTTY = true, columns = 60 } = {}) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY, columns });
  // As stderr, it outlives each prompt.
  output.end = () => output;
  const interrupt = new AbortController();
  const gone = new AbortController();
  let raw = '';
  output.setEncoding('utf8').on('data', (chunk: string) => (raw += chunk));
  return {
    ...openPrompts({ input, output, interrupt: interrupt.signal, gone: gone.signal, coloured }),
    interrupt,
    gone,
    input,
    raw: () => raw,
    shown: () => stripVTControlCharacters(raw),
    /** Presses keys once the prompt shows a text. */
    press: async (keys: string, after: string) => {
      await expect.poll(() => stripVTControlCharacters(raw)).toContain(after);
      input.write(keys);
    },
  };
}

const short = (answer: string) =>
  Promise.resolve(
    answer.length > 3 ? `${answer} is longer than an environment of this organisation may be` : undefined,
  );
const question = { text: 'Name:', faultOf: short };

describe('a question on a terminal', () => {
  test('is answered by a line, without the blanks around it', async () => {
    const { ask, press } = terminal();
    const answer = ask?.(question);
    await press(' dev \r', 'Name:');
    expect(await answer).toBe('dev');
  });

  test('is answered by its default with Enter alone', async () => {
    const { ask, press } = terminal();
    const answer = ask?.({ ...question, fallback: 'prod' });
    await press('\r', '(prod)');
    await press('\u007f\u007f\u007f\u007fdev\r', 'prod is longer');
    expect(await answer).toBe('dev');
  });

  test('is asked again until nothing is wrong with the answer, which is told in whole words', async () => {
    const { ask, press, shown } = terminal();
    const answer = ask?.(question);
    await press('abcd\r', 'Name:');
    await press('\u007f\r', 'abcd is longer than an environment of this');
    expect(await answer).toBe('abc');
    expect(shown()).toContain('> abcd is longer than an environment of this organisation\n  may be');
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('ends the run with %s', async (_name, key) => {
    const { ask, press } = terminal();
    const answer = ask?.(question);
    await press(key, 'Name:');
    await expect(answer).rejects.toMatchObject({ code: 'InterruptedError', exitCode: 130 });
  });

  test.each(['the output', 'the input'])('ends where the terminal is gone: %s', async (what) => {
    const { ask, gone, input, press } = terminal();
    const answer = ask?.(question);
    await press('', 'Name:');
    if (what === 'the output') gone.abort();
    else input.emit('error', new Error('EIO'));
    await expect(answer).rejects.toMatchObject({ exitCode: 130 });
  });

  test('ends with the run', async () => {
    const { ask, interrupt } = terminal();
    const answer = ask?.(question);
    interrupt.abort('SIGTERM');
    await expect(answer).rejects.toMatchObject({ exitCode: 130 });
  });

  test('follows another', async () => {
    const { ask, press } = terminal();
    const first = ask?.({ ...question, text: 'First:' });
    await press('a\r', 'First:');
    expect(await first).toBe('a');
    const second = ask?.({ ...question, text: 'Second:' });
    await press('b\r', 'Second:');
    expect(await second).toBe('b');
  });

  test.each([true, false])('has its colours where there are some: %s', async (coloured) => {
    // The prompts ask the environment, and know of no --no-color.
    vi.stubEnv('NO_COLOR', undefined);
    vi.stubEnv('FORCE_COLOR', '1');
    const { ask, press, raw } = terminal({ coloured });
    const answer = ask?.({ ...question, fallback: 'dev' });
    await press('abcd\r', 'Name:');
    await press('\u007f\r', 'is longer');
    await answer;
    // What moves the cursor and erases lines is there in any case.
    expect(/\u001b\[[\d;]*m/.test(raw())).toBe(coloured);
  });
});

describe('yes or no on a terminal', () => {
  test.each([
    ['y\r', true],
    ['n\r', false],
    ['\r', false],
    ['\u0003', false],
    ['\u0004', false],
  ])('%j is %s', async (keys, expected) => {
    const { confirm, press } = terminal();
    const answer = confirm?.('Apply?');
    await press(keys, 'Apply?');
    expect(await answer).toBe(expected);
  });
});

test('a terminal that does not know its width gets a question on one line', async () => {
  const { confirm, press, shown } = terminal({ columns: 0 });
  const answer = confirm?.('Apply to dev?');
  await press('n\r', '(y/N)');
  expect(await answer).toBe(false);
  expect(shown()).toContain('Apply to dev?');
});

test.each(['before', 'while'])('who has lost the terminal %s it asks has not said yes', async (when) => {
  const { confirm, gone, input, press } = terminal();
  if (when === 'before') gone.abort();
  const answer = confirm?.('Apply?');
  if (when === 'while') {
    await press('', 'Apply?');
    input.emit('error', new Error('EIO'));
  }
  expect(await answer).toBe(false);
});

test('nobody is asked where there is no terminal', () => {
  const { ask, confirm } = terminal({ isTTY: false });
  expect([ask, confirm]).toEqual([undefined, undefined]);
});
