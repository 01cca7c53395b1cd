import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIdentity, type Identity, parseIdentity } from '../../src/model/identity.js';

describe('the printed form of an identity', () => {
  test.each<[Identity, string]>([
    [
      { kind: 'SpeechEngine', name: 'Production ASR Engine', version: '2.1.0' },
      'SpeechEngine/Production ASR Engine@2.1.0',
    ],
    [{ kind: 'SpeechEngine', name: 'IVR@Night/2', version: '1.0.0' }, 'SpeechEngine/IVR@Night/2@1.0.0'],
    [{ kind: 'SpeechEngine', name: '@', version: '1.0.0-rc.1+b' }, 'SpeechEngine/@@1.0.0-rc.1+b'],
    [{ kind: 'Webhook', name: 'QA/Sync@eu' }, 'Webhook/QA/Sync@eu'],
  ])('is read back: %o', (identity, text) => {
    expect(formatIdentity(identity)).toBe(text);
    expect(parseIdentity(text)).toEqual(identity);
  });

  test('is read back for every name and every version without @', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    const version = text.filter((one) => !one.includes('@'));
    fc.assert(
      fc.property(text, version, (name, of) => {
        const identity: Identity = { kind: 'SpeechEngine', name, version: of };
        expect(parseIdentity(formatIdentity(identity))).toEqual(identity);
        expect(parseIdentity(formatIdentity({ kind: 'Webhook', name }))).toEqual({ kind: 'Webhook', name });
      }),
    );
  });

  test.each([
    '',
    'SpeechEngine',
    'SpeechEngine/',
    'SpeechEngine/a',
    'SpeechEngine/a@',
    'SpeechEngine/@1.0.0',
    'Webhook/',
    'Webhook',
    'Engine/a@1',
    'speechengine/a@1',
  ])('is not %j', (text) => {
    expect(parseIdentity(text)).toBeUndefined();
  });
});
