import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { isLoopbackAddress } from '../../src/cxone/loopback-address.js';
import { onlyLoopback } from '../../src/cxone/only-loopback.js';

test.each(['127.0.0.1', '127.255.1.2', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])('%s is loopback', (address) => {
  expect(isLoopbackAddress(address)).toBe(true);
});

test.each(['128.0.0.1', '10.0.0.1', '0.0.0.0', '::', '::2', '::ffff:10.0.0.1', 'localhost', '127.0.0.1.example', ''])(
  '%j is not loopback',
  (address) => {
    expect(isLoopbackAddress(address)).toBe(false);
  },
);

function connectTo(remoteAddress: string) {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
  const outcome: { error?: Error | null; socket?: Socket | null } = {};
  const connect = onlyLoopback((_target, callback) => callback(null, socket));
  connect({ hostname: 'localhost', protocol: 'http:', port: '80' }, (...[error, given]) => {
    Object.assign(outcome, { error, socket: given });
  });
  return { outcome, socket };
}

test('a localhost that led to loopback is used', () => {
  const { outcome, socket } = connectTo('::1');
  expect(outcome).toEqual({ error: null, socket });
});

test('a localhost that led elsewhere is closed before anything is written', () => {
  const { outcome, socket } = connectTo('203.0.113.9');
  expect(outcome.error?.message).toBe('localhost led to 203.0.113.9, which is not loopback');
  expect(outcome.socket).toBeNull();
  expect(socket.destroyed).toBe(true);
});

test('a connection that failed stays failed', () => {
  const refused = new Error('refused');
  const outcome: unknown[] = [];
  onlyLoopback((_target, callback) => callback(refused, null))(
    { hostname: 'localhost', protocol: 'http:', port: '80' },
    (...args) => outcome.push(...args),
  );
  expect(outcome).toEqual([refused, null]);
});
