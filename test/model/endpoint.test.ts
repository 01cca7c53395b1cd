import { describe, expect, it } from 'vitest';
import { checkEndpoint, endpointOfOrg } from '../../src/model/endpoint.js';

const check = (baseUrl: string, tokenUrl?: string, allowHosts: string[] = []) =>
  checkEndpoint({ baseUrl, tokenUrl }, { allowHosts });

describe('an endpoint', () => {
  it('is that of the organisation', () => {
    expect(endpointOfOrg('example')).toEqual({
      baseUrl: 'https://example.api.nicecxone.com',
      tokenUrl: 'https://example.api.nicecxone.com/oauth/token',
    });
  });

  it('is normalized', () => {
    expect(check('HTTPS://Example.API.nicecxone.com:443//')).toEqual({
      endpoint: endpointOfOrg('example'),
      simulated: false,
    });
    expect(check('https://proxy.example.com/cxone/', undefined, ['proxy.example.com'])).toMatchObject({
      endpoint: { baseUrl: 'https://proxy.example.com/cxone', tokenUrl: 'https://proxy.example.com/cxone/oauth/token' },
    });
  });

  it.each([
    'http://127.0.0.1:4010',
    'http://127.9.9.9',
    'http://localhost:1',
    'http://[::1]:8080',
    'https://127.0.0.1',
  ])('%s is simulated', (url) => {
    expect(check(url)).toMatchObject({ simulated: true });
  });

  it.each([
    'http://example.api.nicecxone.com',
    'https://api.nicecxone.com',
    'https://a.b.api.nicecxone.com',
    'https://example.api.nicecxone.com.evil.example',
    'https://evilapi.nicecxone.com',
    'https://-a.api.nicecxone.com',
    'https://a_b.api.nicecxone.com',
    'https://example.api.nicecxone.com:8443',
    'https://example.api.nicecxone.com.',
    'https://user@example.api.nicecxone.com',
    'https://@example.api.nicecxone.com',
    'https://evil.example\\@example.api.nicecxone.com',
    'https://evil.example/.api.nicecxone.com',
    'https://example.api.nicecxone.com/?',
    'https://example.api.nicecxone.com/?a=b',
    'https://example.api.nicecxone.com/#',
    'ftp://example.api.nicecxone.com',
    'file:///etc/passwd',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://10.0.0.1',
    'example.api.nicecxone.com',
    '',
  ])('%j is refused', (url) => {
    expect(check(url)).toHaveProperty('reason');
  });

  it('has its token URL on the same origin', () => {
    const base = 'https://example.api.nicecxone.com';
    expect(check(base, `${base}/token`)).toMatchObject({ endpoint: { tokenUrl: `${base}/token` } });
    expect(check(base, 'https://other.api.nicecxone.com/oauth/token')).toHaveProperty('reason');
    expect(check('http://127.0.0.1:1', 'http://127.0.0.1:2/oauth/token')).toHaveProperty('reason');
  });

  it('may be another host only where the operator allows it, with its port', () => {
    expect(check('https://proxy.example.com')).toHaveProperty('reason');
    expect(check('https://proxy.example.com', undefined, ['PROXY.example.com'])).toHaveProperty('endpoint');
    expect(check('https://proxy.example.com:8443', undefined, ['proxy.example.com'])).toHaveProperty('reason');
    expect(check('https://proxy.example.com:8443', undefined, ['proxy.example.com:8443'])).toHaveProperty('endpoint');
    expect(check('http://proxy.example.com', undefined, ['proxy.example.com'])).toHaveProperty('reason');
  });
});
