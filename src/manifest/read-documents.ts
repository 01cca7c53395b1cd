import type { Identity, Kind } from '../model/identity.js';
import { isJsonObject, type JsonObject } from '../model/json.js';
import { nearest } from '../model/nearest.js';
import type { Problem } from '../model/problem.js';
import { checkDocument } from './check-document.js';
import { decode } from './decode.js';
import { keepPlaces } from './document-place.js';
import { excerptOf } from './excerpt.js';
import type { Finding, ManifestDocument, SourceDocument } from './manifest-document.js';
import type { ManifestSource, Refusal } from './manifest-source.js';
import { parse } from './parse.js';
import type { ParseFault } from './parse-fault.js';
import { problemIn } from './problem-in.js';
import type { DocumentKind } from './schema-at.js';
import { SourceText } from './source-text.js';
import { withoutRefused } from './without-refused.js';

/** What was found in files: the documents whose identity is known, and everything that is wrong so far. */
export interface ReadDocuments {
  readonly documents: ManifestDocument[];
  readonly problems: Problem[];
  /** True when a document could not be read, or does not say what it defines: what seems to be missing may be there. */
  readonly hidden: boolean;
}

/** A document with more findings is not looked at any further: it may be junk from end to end. */
const hopeless = 100;

/** Reads, parses and checks one manifest file of a layer. */
export async function readDocuments(source: ManifestSource, path: string, layer: string): Promise<ReadDocuments> {
  const read = await readYaml(source, path);
  const documents: ManifestDocument[] = [];
  const problems = [...read.problems];
  let hidden = read.problems.length > 0;
  for (const document of read.documents) {
    const findings = findingsOf(document);
    const identity = identityOf(document.value);
    for (const finding of findings) problems.push(problemIn(document, finding));
    if (identity === undefined || findings.length > hopeless) hidden = true;
    else
      documents.push({ ...document, value: withoutRefused(document.value, findings), layer, path, identity, findings });
    if (source.budget?.takeProblems(findings.length) !== 'too many') continue;
    hidden = true;
    break;
  }
  return { documents, problems, hidden };
}

/** Reads and parses a file: its documents that are mappings, and what is wrong with it or with the others. */
export async function readYaml(
  source: ManifestSource,
  path: string,
): Promise<{ documents: SourceDocument[]; problems: Problem[] }> {
  const file = `${source.root}/${path}`;
  const read = await source.read(path);
  const decoded = 'bytes' in read ? decode(read.bytes) : read;
  if (!('text' in decoded)) return { documents: [], problems: [refused(file, decoded)] };
  const text = new SourceText(file, decoded.text);
  const documents: SourceDocument[] = [];
  const problems: Problem[] = [];
  const results = parse(decoded.text, { places: true, budget: source.budget });
  keepPlaces(text, results);
  for (const [index, result] of results.entries()) {
    const known = problems.length;
    if ('faults' in result) {
      for (const fault of result.faults) problems.push(faultIn(text, fault));
    } else if (isJsonObject(result.value)) {
      documents.push({ text, value: result.value, index, offset: result.offset });
    } else {
      const message = 'The document is not a mapping.';
      const hint = 'A manifest starts with: apiVersion: cxone-gitops/v1';
      problems.push(faultIn(text, { code: 'wrong-type', message, hint, offset: result.offset }));
    }
    if (source.budget?.takeProblems(problems.length - known) === 'too many') break;
  }
  return { documents, problems };
}

/** A file that is not taken, at its start; nothing of it is shown. */
export function refused(file: string, refusal: Refusal): Problem {
  return { severity: 'error', file, line: 1, column: 1, path: '', ...refusal };
}

function faultIn(text: SourceText, { code, message, hint, offset }: ParseFault): Problem {
  const excerpt = excerptOf(text, offset);
  return {
    severity: 'error',
    code,
    ...text.locationAt(offset),
    path: '',
    message,
    ...(hint !== undefined && { hint }),
    ...(excerpt !== undefined && { excerpt }),
  };
}

const resourceKinds = ['SpeechEngine', 'Webhook'] as const satisfies readonly (Kind & DocumentKind)[];

function findingsOf({ value }: SourceDocument): Finding[] {
  const { kind } = value;
  const known = resourceKinds.find((candidate) => candidate === kind);
  if (known !== undefined) return checkDocument(known, value);
  if (kind === 'Environment') {
    const message = 'An environment is described in environment.yaml directly in its folder, and nowhere else.';
    return [{ code: 'misplaced-environment', path: ['kind'], message, hint: 'Move it there.' }];
  }
  if (kind === undefined) {
    const hint = `Say what it describes: kind: ${resourceKinds.join(' or kind: ')}.`;
    return [{ code: 'missing-key', path: [], message: 'The document has no kind.', hint }];
  }
  const meant = typeof kind === 'string' ? nearest(kind, resourceKinds) : undefined;
  const hint = meant === undefined ? `Possible: ${resourceKinds.join(', ')}.` : `Did you mean \`${meant}\`?`;
  return [{ code: 'unknown-kind', path: ['kind'], message: 'There is no such kind of manifest.', hint }];
}

/** The identity that a document names, as far as it can be read. */
function identityOf({ kind, metadata, spec }: JsonObject): Identity | undefined {
  const name = isJsonObject(metadata) ? metadata['name'] : undefined;
  if (typeof name !== 'string') return undefined;
  if (kind === 'Webhook') return { kind, name };
  const version = isJsonObject(spec) ? spec['version'] : undefined;
  return kind === 'SpeechEngine' && typeof version === 'string' ? { kind, name, version } : undefined;
}
