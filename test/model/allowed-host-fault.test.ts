import { expect, test } from 'vitest';
import { allowedHostFault } from '../../src/model/allowed-host-fault.js';
import { checkEndpoint } from '../../src/model/endpoint.js';

test.each([
  ['https://a.example.com', 'it is a URL, not a host', 'Write a.example.com.'],
  ['https://user:pw@a.example.com/x?y', 'it is a URL, not a host', 'Write a.example.com.'],
  ['*', '* stands for nothing here', 'Give --allow-host for each host'],
  ['*.example.com', '* stands for nothing here', 'Give --allow-host for each host'],
  ['8443', 'it is a port, not a host', 'api.example.com:8443'],
  [':8443', 'it is a port, not a host', 'api.example.com:8443'],
  ['a.example.com:443', 'no URL', 'Write a.example.com.'],
  ['a.example.com.', 'no URL', 'Write a.example.com.'],
  ['a.example.com.:8443', 'no URL', 'Write a.example.com:8443.'],
  ['a.example.com/x', 'no URL', 'Write a.example.com.'],
  ['a.example.com,b.example.com', 'no URL', 'CXONE_GITOPS_ALLOW_HOST takes each on a line of its own'],
  ['a.example.com b.example.com', 'no URL', 'such as api.example.com'],
  [' a.example.com', 'no URL', 'Write a.example.com.'],
  ['2001:db8::1', 'no URL', 'Write [2001:db8::1].'],
  ['[2001:DB8:0::1]', 'no URL', 'Write [2001:db8::1].'],
  ['bücher.example', 'no URL', 'Write xn--bcher-kva.example.'],
  ['0x7f.1', 'no URL', 'Write 127.0.0.1.'],
  ['user@a.example.com', 'no URL', 'Write a.example.com.'],
])('%s can match no host', (text, reason, hint) => {
  expect(allowedHostFault(text)).toEqual({
    reason: expect.stringContaining(reason),
    hint: expect.stringContaining(hint),
  });
});

test.each([
  ['a.example.com', 'https://a.example.com'],
  ['A.Example.COM', 'https://a.example.com'],
  ['a.example.com:8443', 'https://a.example.com:8443/api'],
  ['[2001:db8::1]', 'https://[2001:db8::1]'],
  ['10.0.0.7', 'https://10.0.0.7'],
  ['gateway', 'https://gateway'],
  ['a_b.example.com', 'https://a_b.example.com'],
])('%s matches the host of %s', (text, baseUrl) => {
  expect(allowedHostFault(text)).toBeUndefined();
  expect(checkEndpoint({ baseUrl }, { allowHosts: [text] })).toHaveProperty('endpoint');
});
