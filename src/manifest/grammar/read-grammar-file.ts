import { posix } from 'node:path';
import { sha256 } from '../../model/hash.js';
import { isJsonObject, type JsonObject } from '../../model/json.js';
import { pointer } from '../../model/pointer.js';
import type { Problem } from '../../model/problem.js';
import type { Budget } from '../budget.js';
import { checkDocument } from '../check-document.js';
import { decode } from '../decode.js';
import type { Finding } from '../manifest-document.js';
import { type ManifestSource, missingFile, outsideRoot, type Refusal } from '../manifest-source.js';
import { parse } from '../parse.js';
import { offsetAt } from '../place.js';
import { SourceText } from '../source-text.js';
import { checkGrammarContent } from './check-grammar-content.js';
import type { PatternCheck } from './check-rules.js';
import type { TextFinding } from './text-finding.js';

/** What a grammar file becomes, and what is wrong with it, at its own lines; without content where there is an error. */
export interface GrammarFile {
  readonly content?: JsonObject;
  readonly problems: readonly Problem[];
}

/** What is shared by all files of a run. */
export interface GrammarRun {
  readonly source: ManifestSource;
  readonly budget: Budget;
  readonly patterns: PatternCheck;
}

/**
 * Reads and checks the grammar file at a path below the root (docs/semantics.md, "State"). A refusal where the file as
 * such is not taken. Throws a KnownError where it can't be read.
 */
export async function readGrammarFile(run: GrammarRun, type: string, path: string): Promise<GrammarFile | Refusal> {
  if (path.startsWith('../')) return outsideRoot;
  const read = await run.source.read(path);
  if (!('bytes' in read)) return read.code === missingFile.code ? notThere(run.source, path) : read;
  const decoded = run.budget.takeFile(read.bytes.length) ?? decode(read.bytes);
  if (!('text' in decoded)) return decoded;
  const text = new SourceText(`${run.source.root}/${path}`, decoded.text);
  return type === 'grxml' ? grxmlFile(text) : jsonFile(run, type, text);
}

function notThere({ root }: ManifestSource, path: string): Refusal {
  const hint = `Files are named relative to the file that names them: this one would be ${root}/${path}.`;
  return { ...missingFile, hint };
}

async function grxmlFile(text: SourceText): Promise<GrammarFile> {
  const { checkSrgs } = await import('./check-srgs.js');
  const problems = checkSrgs(text.text).map((finding) => problemAt(text, finding, ''));
  const grxml = text.text.replaceAll(/\r\n?/g, '\n');
  return file({ fileName: posix.basename(text.file), grxml, sha256: sha256(grxml) }, problems);
}

async function jsonFile({ budget, patterns }: GrammarRun, type: string, text: SourceText): Promise<GrammarFile> {
  if (!isJson(text.text)) {
    const { jsonFault } = await import('./json-fault.js');
    return { problems: [problemAt(text, jsonFault(text.text), '')] };
  }
  const [result] = parse(asYaml(text), { budget });
  if (result === undefined) return { problems: [notAnObject(text)] };
  if ('faults' in result) return { problems: result.faults.map((each) => problemAt(text, each, '')) };
  if (!isJsonObject(result.value)) return { problems: [notAnObject(text)] };
  const content = result.value;
  const refused = schemaFindings(type, content);
  const isChecked = refused.every(({ path }) => path.length > 0);
  const findings = [...refused, ...(isChecked ? await checkGrammarContent(type, content, patterns) : [])];
  return file(content, findings.length === 0 ? [] : problemsOf(text, findings));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // What it says has mostly no place: who wants to know looks again.
    return false;
  }
}

/** JSON is YAML, which is read with bounds, and with nothing twice; but YAML does not take tabs for white space everywhere. */
function asYaml({ text }: SourceText): string {
  // Inside its strings JSON has none.
  return text.replaceAll('\t', ' ');
}

function file(content: JsonObject, problems: readonly Problem[]): GrammarFile {
  return problems.some(({ severity }) => severity === 'error') ? { problems } : { content, problems };
}

/** What the schema of an engine says against the content. */
function schemaFindings(type: string, content: JsonObject): Finding[] {
  const spec = { version: '0.0.0', grammarConstraints: [{ type, content }] };
  const engine = { apiVersion: 'cxone-gitops/v1', kind: 'SpeechEngine', metadata: { name: 'grammar' }, spec };
  return checkDocument('SpeechEngine', engine).map((finding) => ({
    ...finding,
    // Below spec/grammarConstraints/0/content.
    path: finding.path.slice(4),
    message: finding.message.replace(/^content /, 'The grammar '),
  }));
}

function problemsOf(text: SourceText, findings: readonly Finding[]): Problem[] {
  const [result] = parse(asYaml(text), { places: true });
  const place = (result !== undefined && 'place' in result ? result.place : undefined) ?? 0;
  return findings.map((finding) =>
    problemAt(
      text,
      { ...finding, offset: offsetAt(place, finding.path, finding.part ?? 'value') },
      pointer(finding.path),
    ),
  );
}

function notAnObject(text: SourceText): Problem {
  return problemAt(text, { code: 'wrong-type', offset: 0, message: 'The file does not hold a JSON object.' }, '');
}

function problemAt(text: SourceText, finding: TextFinding, path: string): Problem {
  const { severity = 'error', code, offset, message, hint } = finding;
  const excerpt = text.excerptAt(offset);
  return {
    severity,
    code,
    ...text.locationAt(offset),
    path,
    message,
    ...(hint !== undefined && { hint }),
    ...(excerpt !== undefined && { excerpt }),
  };
}
