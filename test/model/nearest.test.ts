import { expect, test } from 'vitest';
import { nearest } from '../../src/model/nearest.js';

test('the nearest candidate is the one with the fewest edits, regardless of case', () => {
  expect(nearest('trafficsplt', ['trafficSplit', 'trafficSpill', 'version'])).toBe('trafficSplit');
});

test('what is far from every candidate was not meant', () => {
  expect(nearest('colour', ['trafficSplit', 'version'])).toBeUndefined();
  expect(nearest('x', [])).toBeUndefined();
});
