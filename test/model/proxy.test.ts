import { expect, test } from 'vitest';
import { openMask } from '../../src/model/mask.js';
import { proxySecrets, readProxy } from '../../src/model/proxy.js';

const plain = { url: 'http://proxy.example:3128', host: 'proxy.example:3128', noProxy: '' };

test.each<[Record<string, string>, object | undefined]>([
  [{}, undefined],
  [{ HTTPS_PROXY: '', https_proxy: ' ' }, undefined],
  [{ ALL_PROXY: 'http://proxy.example:3128' }, undefined],
  [{ Https_Proxy: 'http://proxy.example:3128' }, undefined],
  [{ HTTPS_PROXY: 'http://proxy.example:3128' }, { ...plain, variable: 'HTTPS_PROXY' }],
  [{ https_proxy: 'http://proxy.example:3128/' }, { ...plain, variable: 'https_proxy' }],
  [{ HTTP_PROXY: ' http://proxy.example:3128 ' }, { ...plain, variable: 'HTTP_PROXY' }],
  [{ http_proxy: 'HTTP://PROXY.example:3128' }, { ...plain, variable: 'http_proxy' }],
  [
    { HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://proxy.example:3128', HTTP_PROXY: 'http://other:1' },
    { ...plain, variable: 'https_proxy' },
  ],
  // As undici reads them: an empty name in lower case hides the one in upper case, and http's serves https.
  [
    { HTTPS_PROXY: 'http://upper:1', https_proxy: '', HTTP_PROXY: 'http://proxy.example:3128' },
    { ...plain, variable: 'HTTP_PROXY' },
  ],
  [
    { HTTPS_PROXY: 'http://proxy.example' },
    { url: 'http://proxy.example', host: 'proxy.example:80', variable: 'HTTPS_PROXY', noProxy: '' },
  ],
  [
    { HTTPS_PROXY: 'https://proxy.example' },
    { url: 'https://proxy.example', host: 'proxy.example:443', variable: 'HTTPS_PROXY', noProxy: '' },
  ],
  [
    { HTTPS_PROXY: 'http://[::1]:3128' },
    { url: 'http://[::1]:3128', host: '[::1]:3128', variable: 'HTTPS_PROXY', noProxy: '' },
  ],
  [
    { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'upper', no_proxy: ' lower, b ' },
    { ...plain, variable: 'HTTPS_PROXY', noProxy: 'lower, b' },
  ],
  [
    { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'localhost, *' },
    { ...plain, variable: 'HTTPS_PROXY', noProxy: '*' },
  ],
  [
    { HTTPS_PROXY: 'http://user:p%40ss@proxy.example:3128' },
    { ...plain, variable: 'HTTPS_PROXY', authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}` },
  ],
])('reads the proxy of %j', (env, proxy) => {
  expect(readProxy(env)).toEqual(proxy);
});

test.each([
  ['proxy.example:3128', 'does not begin with http:// or https://'],
  ['user:hidden-word@proxy.example:3128', 'does not begin with http:// or https://'],
  ['://proxy.example', 'does not begin with http:// or https://'],
  ['socks5://user:hidden-word@proxy.example:1080', 'SOCKS proxies are not supported'],
  ['socks://proxy.example', 'SOCKS proxies are not supported'],
  ['SOCKS5H://proxy.example', 'SOCKS proxies are not supported'],
  ['ftp://proxy.example', 'neither http nor https'],
  ['http://', 'not a URL'],
  ['http://proxy example', 'not a URL'],
  ['http://pro\nxy.example', 'not a URL'],
  ['http://proxy.example:99999', 'not a URL'],
  ['http://user:hidden-word/x@proxy.example', 'not a URL'],
  ['http://user:1/hidden-word@proxy.example', 'has a path, a query or a fragment'],
  ['http://proxy.example/path', 'has a path, a query or a fragment'],
  ['http://proxy.example?hidden-word', 'has a path, a query or a fragment'],
  ['http://user:hidden-word%zz@proxy.example', 'has a % without two hexadecimal digits'],
])('refuses %j, and shows nothing of it', (value, reason) => {
  let refusal: unknown;
  try {
    readProxy({ https_proxy: value });
  } catch (error) {
    refusal = error;
  }
  const message = expect.stringMatching(/^https_proxy: /u);
  expect(refusal).toMatchObject({ code: 'ConfigurationError', exitCode: 3, message, hint: expect.any(String) });
  expect(String(refusal)).toContain(reason);
  expect(String(refusal)).not.toContain('hidden-word');
});

test.each([
  ['HTTPS_PROXY', 'http://user:pass-word@proxy:1', ['pass-word', 'user:pass-word']],
  ['https_proxy', 'http://user:p%40ss-word@proxy:1', ['p@ss-word', 'p%40ss-word', 'user:p@ss-word']],
  ['HTTP_PROXY', 'http://token-alone@proxy:1', ['token-alone']],
  ['HTTP_PROXY', 'http://token-alone:@proxy:1', ['token-alone']],
  ['http_proxy', 'http://:pass-word@proxy:1', ['pass-word']],
  ['ALL_PROXY', 'socks5://user:pass-word@proxy:1', ['pass-word']],
  ['Https_Proxy', 'http://user:pass-word@proxy:1', ['pass-word']],
  ['HTTPS_PROXY', 'http://user:pass@word@proxy:1', ['pass@word']],
  ['HTTPS_PROXY', 'http://user:pass/word@proxy:1', ['pass/word']],
  ['HTTPS_PROXY', 'user:pass-word@proxy:1', ['pass-word']],
  ['HTTPS_PROXY', 'http://user:bad%zzword@proxy:1', ['bad%zzword']],
])('the secrets of %s=%s are masked', (name, value, secrets) => {
  const mask = openMask();
  for (const secret of proxySecrets({ [name]: value })) mask.add(secret);
  for (const secret of secrets) {
    expect(mask.apply(`it says ${secret}.`)).toBe('it says ***.');
    expect(mask.apply(Buffer.from(secret).toString('base64'))).toBe('***');
    expect(mask.apply(encodeURIComponent(secret))).toBe('***');
  }
});

test('what a proxy’s header holds of the credentials is masked', () => {
  const env = { HTTPS_PROXY: 'http://user:p%40ss@proxy:1' };
  const mask = openMask();
  for (const secret of proxySecrets(env)) mask.add(secret);
  expect(mask.apply(`Proxy-Authorization: ${readProxy(env)?.authorization}`)).toBe('Proxy-Authorization: Basic ***');
});

test.each([
  [{ HTTPS_PROXY: 'http://proxy:1', NO_PROXY: 'user:word@host' }],
  [{ HTTPS_PROXY: '' }],
  [{ GIT_PROXY_COMMAND: 'http://user:word@proxy' }],
])('%j holds no secret', (env) => {
  expect(proxySecrets(env).filter((secret) => secret !== '')).toEqual([]);
});
