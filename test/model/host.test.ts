import { expect, test } from 'vitest';
import { isLoopbackHost, isPrivateHost } from '../../src/model/host.js';

test.each(['127.0.0.1', '127.255.0.9', '[::1]', 'localhost'])('%s is loopback', (host) => {
  expect(isLoopbackHost(host)).toBe(true);
});

test.each(['128.0.0.1', 'localhost.example.com', '127.0.0.1.example.com', '[::2]', 'localhost.'])(
  '%s is not loopback',
  (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  },
);

const privateHosts = [
  'http://0x7f.1',
  'http://10.1.2.3',
  'http://100.64.0.1',
  'http://169.254.169.254',
  'http://172.31.255.255',
  'http://192.168.0.1',
  'http://0.0.0.0',
  'http://224.0.0.1',
  'http://[::]',
  'http://[::ffff:10.0.0.1]',
  'http://[fd00::1]',
  'http://[fe80::1]',
  'http://[ff02::1]',
  'http://printer',
  'http://a.local',
  'http://a.internal.',
  'http://db.home.arpa',
  'http://x.localhost',
];
test.each(privateHosts)('%s can not be reached from elsewhere', (url) => {
  expect(isPrivateHost(new URL(url).hostname)).toBe(true);
});

const publicHosts = [
  'http://11.0.0.1',
  'http://100.63.0.1',
  'http://100.128.0.1',
  'http://169.253.0.1',
  'http://172.15.0.1',
  'http://172.32.0.1',
  'http://192.169.0.1',
  'http://223.0.0.1',
  'http://[2001:db8::1]',
  'http://[::ffff:8.8.8.8]',
  'http://example.com',
  'http://local.example.com',
];
test.each(publicHosts)('%s can be', (url) => {
  expect(isPrivateHost(new URL(url).hostname)).toBe(false);
});
