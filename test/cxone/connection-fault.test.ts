import { expect, test } from 'vitest';
import { connectionFault } from '../../src/cxone/connection-fault.js';

const withCode = (code: string, message = 'low-level words') => Object.assign(new Error(message), { code });

test.each([
  ['ECONNRESET', 'the connection was reset'],
  ['EAI_AGAIN', 'the host name could not be looked up'],
  ['UND_ERR_SOCKET', 'the connection was closed'],
])('%s may pass', (code, reason) => {
  expect(connectionFault(withCode(code))).toEqual({ reason, passing: true });
});

test.each([
  ['ENOTFOUND', 'the host name is unknown'],
  ['ECONNREFUSED', 'the connection was refused'],
  ['HPE_INVALID_CONSTANT', 'low-level words (HPE_INVALID_CONSTANT)'],
])('%s is the same the next time', (code, reason) => {
  expect(connectionFault(withCode(code))).toEqual({ reason, passing: false });
});

test('an error without a code keeps its message', () => {
  expect(connectionFault(new Error('odd'))).toEqual({ reason: 'odd', passing: false });
});

test.each(['ENOTFOUND', 'ECONNREFUSED'])('%s may pass where the server has answered before', (code) => {
  expect(connectionFault(withCode(code), true)).toMatchObject({ passing: true });
});

test.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /self-signed/u, /NODE_EXTRA_CA_CERTS/u],
  ['SELF_SIGNED_CERT_IN_CHAIN', /self-signed/u, /NODE_EXTRA_CA_CERTS/u],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /nobody trusted/u, /NODE_EXTRA_CA_CERTS/u],
  ['CERT_HAS_EXPIRED', /has expired/u, /clock/u],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /for another host/u, /address/u],
])('%s is said in words, with what to do, and is the same the next time', (code, reason, hint) => {
  const fault = { reason: expect.stringMatching(reason), hint: expect.stringMatching(hint), passing: false };
  expect(connectionFault(withCode(code), true)).toEqual(fault);
});
