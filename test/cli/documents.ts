import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Run } from './program.js';
import type { Loose } from './world.js';

const folder = new URL('../../schemas/', import.meta.url);
const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);
for (const file of readdirSync(folder)) ajv.addSchema(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));

/**
 * The one JSON document that stdout is, checked against the schema that we publish for it. Throws where stdout is
 * anything else, or the document is not as its schema says.
 */
export function documentOf({ stdout, stderr }: Pick<Run, 'stdout' | 'stderr'>, schema: string): Loose {
  let document: Loose;
  try {
    document = JSON.parse(stdout);
  } catch {
    throw new Error(`stdout is not one JSON document: ${JSON.stringify(stdout)}\n${stderr}`);
  }
  return checked(document, schema);
}

/** The documents of several environments, each checked against its schema; errors are told by their status. */
export function documentsOf({ stdout }: Pick<Run, 'stdout'>, schema: string): Loose[] {
  const { environments, ...frame }: { environments?: unknown } = JSON.parse(stdout);
  if (JSON.stringify(frame) !== '{"formatVersion":1}') throw new Error(`the frame is ${JSON.stringify(frame)}`);
  if (!Array.isArray(environments)) throw new Error('environments is not a list');
  return environments.map((one) => checked(one, one.status === 'error' ? 'error' : schema));
}

/** `value`, which the test expects to be a text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`not a text: ${JSON.stringify(value)}`);
}

function checked(document: Loose, schema: string): Loose {
  const validate = ajv.getSchema(`${schema}.schema.json`);
  if (validate === undefined) throw new Error(`there is no schema ${schema}`);
  if (validate(document) === true) return document;
  throw new Error(
    `not as schemas/${schema}.schema.json: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(document)}`,
  );
}
