import { expect, test } from 'vitest';
import { callbackUrl } from '../../../src/manifest/checks/callback-url.js';

function messages(url: string): string[] {
  const source = { file: 'environments/dev/a.yaml', line: 1, column: 1 };
  const identity = { kind: 'Webhook', name: 'A' } as const;
  const spec = { callbackUrl: url };
  return callbackUrl({ identity, spec, previousNames: [], origins: new Map(), source }).map(({ message }) => message);
}

test.each(['https://qa.example.com\\@evil.example', 'https://qa.example.com\\x', 'https:///qa.example.com/x'])(
  '%s has another host for each reader, and is no URL',
  (url) => {
    expect(messages(url)).toEqual(['callbackUrl is not a URL.']);
  },
);

test('a public host with a port and a path is called', () => {
  expect(messages('https://qa.example.com:8443/a/b')).toEqual([]);
});
