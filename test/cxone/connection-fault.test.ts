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
  ['SELF_SIGNED_CERT_IN_CHAIN', 'low-level words (SELF_SIGNED_CERT_IN_CHAIN)'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'low-level words (ERR_TLS_CERT_ALTNAME_INVALID)'],
  ['HPE_INVALID_CONSTANT', 'low-level words (HPE_INVALID_CONSTANT)'],
])('%s is the same the next time', (code, reason) => {
  expect(connectionFault(withCode(code))).toEqual({ reason, passing: false });
});

test('an error without a code keeps its message', () => {
  expect(connectionFault(new Error('odd'))).toEqual({ reason: 'odd', passing: false });
});
