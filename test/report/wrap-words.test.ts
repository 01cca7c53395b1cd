import { expect, test } from 'vitest';
import { wordsOf, wrapWords } from '../../src/report/wrap-words.js';

const wrap = (text: string, width: number) => wrapWords(wordsOf(text), width, 2);

test('words fill each line, and no line is longer than the page', () => {
  expect(wrap('one two three four', 9)).toBe('one two\n  three\n  four');
  expect(wrap('one two three four', 18)).toBe('one two three four');
  expect(wrap('one two three four', Number.POSITIVE_INFINITY)).toBe('one two three four');
});

test('a word longer than a line is not broken', () => {
  expect(wrap('a https://example.com/a b', 10)).toBe('a\n  https://example.com/a\n  b');
});

test('colour takes no room', () => {
  expect(wrapWords([...wordsOf('one', (text) => `<red>${text}</red>`), ...wordsOf('two')], 7, 2)).toBe(
    '<red>one</red> two',
  );
});

test('a command that was harmless within a line is none at the start of one', () => {
  expect(wrap('a ::error::x', 8)).toBe('a\n  \\::error::x');
  expect(wrap('a ::error::x', 80)).toBe('a ::error::x');
});
