import type { PublishedSchema } from './published-schemas.js';

/** The name of a schema's file, by which the others refer to it. */
export function schemaFile({ name }: PublishedSchema): string {
  return `${name}.schema.json`;
}

/** What its file holds. */
export function schemaText({ schema }: PublishedSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
