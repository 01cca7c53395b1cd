import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { validateXML } from 'xmllint-wasm';

const read = (name: string) => readFileSync(new URL(`../schemas/${name}`, import.meta.url), 'utf8');
const options = { allErrors: true, strict: false };

const sarif = compiled(new Ajv(options), 'sarif-schema-2.1.0.json');
const gitlab = compiled(new Ajv2020(options), 'gitlab-code-quality.schema.json');
const junit = { fileName: 'jenkins-junit.xsd', contents: read('jenkins-junit.xsd') };

/** What the published schema of SARIF 2.1.0 has against a document; empty where it is one. */
export function sarifFaults(text: string): string[] {
  return faults(sarif, text);
}

/** The same for GitLab's Code Quality reports. */
export function gitlabFaults(text: string): string[] {
  return faults(gitlab, text);
}

/** The same for JUnit XML, by libxml2 and Jenkins' schema; of several documents at once, since each call starts a worker. */
export async function junitFaults(...texts: string[]): Promise<string[]> {
  const xml = texts.map((contents, index) => ({ fileName: `${index}.xml`, contents }));
  const { valid, errors } = await validateXML({ xml, schema: [junit] });
  return valid ? [] : [...errors.map(({ rawMessage }) => rawMessage), ...(errors.length === 0 ? ['not valid'] : [])];
}

function compiled(ajv: Ajv, schema: string): ValidateFunction {
  addFormats.default(ajv);
  return ajv.compile(JSON.parse(read(schema)));
}

function faults(validate: ValidateFunction, text: string): string[] {
  validate(JSON.parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
