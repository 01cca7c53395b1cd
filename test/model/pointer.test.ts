import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pointer, pointerSegments } from '../../src/model/pointer.js';

test('a pointer escapes ~ and / (RFC 6901 §5)', () => {
  expect(pointer([])).toBe('');
  expect(pointer([''])).toBe('/');
  expect(pointer(['a/b', 'm~n', '~1', 0])).toBe('/a~1b/m~0n/~01/0');
  expect(pointerSegments('/a~1b/m~0n/~01/0')).toEqual(['a/b', 'm~n', '~1', '0']);
});

test('whatever the segments are, a pointer is read back', () => {
  const segments = fc.array(fc.oneof(fc.string(), fc.constantFrom('~', '/', '~0', '~1', '~01')));
  fc.assert(
    fc.property(segments, (given) => {
      expect(pointerSegments(pointer(given))).toEqual(given);
    }),
  );
});
