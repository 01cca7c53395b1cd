import { expect, test } from 'vitest';
import { isLanguageTag } from '../../src/model/language-tag.js';

test.each([
  'en',
  'en-US',
  'EN-us',
  'es-419',
  'sr-Latn-RS',
  'cmn-Hans-CN',
  'zh-yue-HK',
  'zh-cmn-Hans-CN',
  'sgn-ase',
  'x-acme',
  'x-acme-a1',
  'i-klingon',
  'en-GB-oed',
  'zh-min-nan',
  'de-1996',
  'en-US-x-twain',
])('%s is a language tag', (tag) => {
  expect(isLanguageTag(tag)).toBe(true);
});

test.each([
  '',
  'e',
  'en_US',
  'en-',
  '-en',
  'english us',
  'en-US-',
  'x',
  'x-',
  'x-toolongtag',
  'zh-yue-hak-nan-cmn',
  'a-b',
  'root',
  'i-none',
])('%j is none', (tag) => {
  expect(isLanguageTag(tag)).toBe(false);
});
