import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyedList } from '../../src/kinds/keyed-list.js';
import { nestedBody } from '../../src/kinds/nested-body.js';

test('a key that repeats gets an ordinal', () => {
  expect(keyedList(['a', 'b', 'a', 'a'], String)).toEqual({
    map: { a: 'a', b: 'b', 'a#2': 'a', 'a#3': 'a' },
    order: ['a', 'b', 'a#2', 'a#3'],
  });
});

test('the map and its order are the list, whatever the keys are', () => {
  const items = fc.array(fc.constantFrom('a', 'a#2', 'a#2#2', '', '(empty)', '__proto__', 'constructor', '0'));
  fc.assert(
    fc.property(items, (list) => {
      const { map, order } = keyedList(list, String);
      expect(order.map((key) => map[key])).toEqual(list);
      expect(new Set(order).size).toBe(list.length);
    }),
  );
});

test('a nested body sets what git wants, and unsets at every depth what only live has', () => {
  expect(nestedBody({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 4 } })).toEqual({ a: { b: 4, c: null }, d: null });
  expect(nestedBody({ a: { b: 1 } }, { a: 5 })).toEqual({ a: 5 });
  expect(nestedBody(undefined, { a: 1 })).toEqual({ a: 1 });
  expect(nestedBody({ a: 1 }, null)).toBeNull();
});
