import { readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { publishedSchemas } from '../../../src/commands/schema/published-schemas.js';
import { standaloneSchema } from '../../../src/commands/schema/standalone-schema.js';

const text = { $id: 'text.schema.json', type: 'string' };
const item = { $id: 'item.schema.json', $defs: { one: { $ref: 'text.schema.json' } } };
const list = { $id: 'list.schema.json', items: { $ref: 'item.schema.json#/$defs/one' }, $defs: { own: true } };

describe('a schema that stands alone', () => {
  test('embeds what it refers to, and what that refers to, and changes no reference', () => {
    expect(standaloneSchema(list, [list, item, text])).toEqual({
      ...list,
      $defs: { own: true, 'item.schema.json': item, 'text.schema.json': text },
    });
    expect(list.$defs).toEqual({ own: true });
  });

  test('is itself where it refers to nothing else, or only to itself', () => {
    expect(standaloneSchema(text, [item])).toBe(text);
    const recursive = { $id: 'tree.schema.json', items: { $ref: 'tree.schema.json' }, not: { $ref: '#/$defs/x' } };
    expect(standaloneSchema(recursive, [])).toBe(recursive);
  });

  test('of two that refer to each other holds the other once', () => {
    const one = { $id: 'one.schema.json', $ref: 'two.schema.json' };
    const two = { $id: 'two.schema.json', $ref: 'one.schema.json' };
    expect(standaloneSchema(one, [one, two])).toEqual({ ...one, $defs: { 'two.schema.json': two } });
  });

  test('is read by a validator as the parts are', () => {
    const validate = new Ajv2020({ strict: false }).compile(standaloneSchema(list, [item, text]));
    expect([validate(['a']), validate([1])]).toEqual([true, false]);
  });

  test('can not refer to what there is not', () => {
    expect(() => standaloneSchema(list, [item])).toThrow('refers to text.schema.json');
  });
});

test('every schema of the project is published', () => {
  const files = readdirSync(new URL('../../../schemas/', import.meta.url));
  expect(publishedSchemas.map(({ name }) => `${name}.schema.json`).toSorted()).toEqual(files.toSorted());
});
