import { expect, test } from 'vitest';
import { slug } from '../../src/model/slug.js';

test.each([
  ['Main Menu', 'main-menu'],
  ['Línea de Atención', 'linea-de-atencion'],
  ['  --IVR (EN)/v2!  ', 'ivr-en-v2'],
  ['../../etc/passwd', 'etc-passwd'],
  ['.hidden', 'hidden'],
  ['日本語', 'engine'],
  ['\u202e\u0000', 'engine'],
  ['', 'engine'],
])('the slug of %j is %s', (name, expected) => {
  expect(slug(name, 'engine')).toBe(expected);
});

test('a slug is bounded, and ends with no dash', () => {
  expect(slug(`${'a'.repeat(59)} b`, 'x')).toBe('a'.repeat(59));
  expect(slug('a'.repeat(500), 'x')).toHaveLength(60);
});
