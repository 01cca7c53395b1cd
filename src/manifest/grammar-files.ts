import { posix } from 'node:path';
import { sha256 } from '../model/hash.js';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Problem } from '../model/problem.js';
import { checkDocument } from './check-document.js';
import { decode } from './decode.js';
import type { LayeredResource } from './layer.js';
import type { ManifestDocument } from './manifest-document.js';
import { type ManifestSource, outsideRoot, type Refusal } from './manifest-source.js';
import { parse } from './parse.js';
import { problemIn } from './problem-in.js';

/**
 * The spec with each grammar's `file` replaced by its `content` (docs/semantics.md, "State"), and what is wrong with the
 * files, at the value that names them. Throws a KnownError where a file can't be read.
 */
export async function readGrammarFiles(
  source: ManifestSource,
  resource: LayeredResource,
): Promise<{ readonly spec: JsonObject; readonly problems: readonly Problem[] }> {
  const { spec } = resource;
  const grammars = spec['grammarConstraints'];
  if (!Array.isArray(grammars) || !grammars.some((grammar) => isJsonObject(grammar) && 'file' in grammar)) {
    return { spec, problems: [] };
  }
  // A list is replaced as a whole, so one document has set all of it.
  const setBy = resource.documents.findLast(({ value }) => Array.isArray(specOf(value)['grammarConstraints']));
  const problems: Problem[] = [];
  const resolved: Json[] = [];
  for (const [index, grammar] of grammars.entries()) {
    const { file, type } = isJsonObject(grammar) ? grammar : {};
    if (typeof file !== 'string' || typeof type !== 'string' || setBy === undefined) {
      resolved.push(grammar);
      continue;
    }
    const content = await readGrammar(source, setBy, type, file);
    if ('code' in content) {
      problems.push(
        problemIn(setBy, { ...asFinding(content, file), path: ['spec', 'grammarConstraints', String(index), 'file'] }),
      );
    } else {
      resolved.push({ type, content: content.content });
    }
  }
  return { spec: { ...spec, grammarConstraints: resolved }, problems };
}

async function readGrammar(
  source: ManifestSource,
  setBy: ManifestDocument,
  type: string,
  file: string,
): Promise<{ readonly content: JsonObject } | Refusal> {
  // Names are relative to the file that holds them; those of defaults to environment.yaml.
  const path = posix.join(posix.dirname(setBy.path), file);
  if (posix.isAbsolute(file) || file.includes('\\') || path.startsWith('../')) return outsideRoot;
  const read = await source.read(path);
  const decoded = 'bytes' in read ? decode(read.bytes) : read;
  if (!('text' in decoded)) return decoded;
  if (type !== 'grxml') return jsonContent(type, decoded.text);
  const grxml = decoded.text.replaceAll(/\r\n?/g, '\n');
  return { content: { fileName: posix.basename(path), grxml, sha256: sha256(grxml) } };
}

/** JSON, which the YAML parser reads too: with its bounds, and nothing twice. */
function jsonContent(type: string, text: string): { readonly content: JsonObject } | Refusal {
  try {
    JSON.parse(text);
  } catch (error) {
    return {
      code: 'json-syntax',
      message: `The file is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
    };
  }
  // Outside strings a tab is white space to JSON, and not always to YAML; inside them JSON has none.
  const [result] = parse(text.replaceAll('\t', ' '));
  const [fault] = result !== undefined && 'faults' in result ? result.faults : [];
  if (fault !== undefined) return { code: fault.code, message: `In the file: ${fault.message}` };
  const content = result !== undefined && 'value' in result ? result.value : null;
  if (!isJsonObject(content)) return { code: 'wrong-type', message: 'The file does not hold a JSON object.' };
  const [finding] = checkDocument('SpeechEngine', engineWith({ type, content }));
  if (finding === undefined) return { content };
  const { code, message, hint } = finding;
  return { code, message: `In the file: ${message}`, ...(hint !== undefined && { hint }) };
}

/** A document that is right but for what the grammar may have wrong. */
function engineWith(grammar: JsonObject): JsonObject {
  const spec = { version: '0.0.0', grammarConstraints: [grammar] };
  return { apiVersion: 'cxone-gitops/v1', kind: 'SpeechEngine', metadata: { name: 'grammar' }, spec };
}

function asFinding({ code, message, hint }: Refusal, file: string) {
  return { code, message: `${file}: ${message}`, ...(hint !== undefined && { hint }) };
}

function specOf(value: JsonObject): JsonObject {
  return isJsonObject(value['spec']) ? value['spec'] : {};
}
