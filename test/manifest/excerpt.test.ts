import { describe, expect, it } from 'vitest';
import { excerptOf } from '../../src/manifest/excerpt.js';
import { SourceText } from '../../src/manifest/source-text.js';

function excerpt(text: string, at: string): string | undefined {
  return excerptOf(new SourceText('a.yaml', text), text.indexOf(at))?.text;
}

describe('an excerpt', () => {
  it('shows the lines around a place', () => {
    expect(excerpt('a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n', 'd:')).toBe('b: 2\nc: 3\nd: 4\ne: 5\nf: 6\n'.trimEnd());
  });

  it('leaves out what stands under headers, and goes on after them', () => {
    const text = 'spec:\n  headers:\n    X-A: hunter2\n    X-B: |\n      hunter3\n  bad: 1\nmetadata: {}\n';
    expect(excerpt(text, 'bad:')).toBe('    …\n      …\n  bad: 1\nmetadata: {}\n');
  });

  it('leaves out what stands under credentials, in a list, in a later document, and before the next one', () => {
    const text = 'a: 1\n---\nbad: 1\nlist:\n  - credentials: hunter2\n---\nworse: 1\n';
    expect(excerpt(text, 'bad:')).toBe('a: 1\n---\nbad: 1\nlist:\n  …');
    expect(excerpt(text, 'worse:')).toBe('  …\n---\nworse: 1\n');
  });

  it('is not there where the place shares its line with headers', () => {
    expect(excerpt('spec: { headers: { X: hunter2 }, bad: 1 }\n', 'bad:')).toBeUndefined();
  });

  it('leaves out what a misspelt key holds, and addresses with a password or a query', () => {
    const text = 'spec:\n  header: { X: hunter2 }\n  callbackUrl: https://a:hunter3@b.example.com\n  bad: 1\n';
    expect(excerpt(text, 'bad:')).toBe('  …\n  …\n  bad: 1\n');
    expect(excerpt('spec:\n  callbackUrl: https://b.example.com\n  bad: 1\n', 'bad:')).toContain('b.example.com');
  });

  it.each([
    'clientSecret: hunter2',
    'token: hunter2',
    'auth: { user: a, pass: hunter2 }',
    'Authorization: Bearer hunter2',
    'apiKey: hunter2',
    'requestHeaders:\n    X: hunter2',
    'url: https://a:hunter2@b.example.com',
    'urls:\n    - https://a:hunter2@b.example.com',
    'callbackUrl: https://b.example.com#hunter2',
  ])('leaves out what nobody knows and what says itself that it is secret: %s', (line) => {
    expect(excerpt(`spec:\n  ${line}\n  bad: 1\n`, 'bad:')).not.toContain('hunter2');
    expect(excerpt(`spec:\n  bad: [\n  ${line}\n`, 'bad:') ?? '').not.toContain('hunter2');
  });

  it('shows authors, addresses of tokens and comments', () => {
    const text = 'author: a\ntokenUrl: https://b.example.com # c\nbad: 1\n';
    expect(excerpt(text, 'bad:')).toBe(text);
  });

  it('looks at a broken text in no more time than it is long', () => {
    const text = `bad: [\n---\n${'a: 1\n'.repeat(9)}b:${'://'.repeat(300_000)}\n`;
    expect(excerpt(text, 'bad:')).toContain('bad: [');
  }, 2000);

  it('is not there for a broken text that mentions headers, since nobody knows where they end', () => {
    expect(excerpt('headers:\n  X: "hunter2\nbad', 'bad')).toBeUndefined();
    expect(excerpt('a: "b\nbad', 'bad')).toBe('a: "b\nbad');
  });
});
