import { posix } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import { pointer } from '../../model/pointer.js';
import type { Problem } from '../../model/problem.js';
import { unexpandedStart } from '../../model/unexpanded-start.js';
import { Budget } from '../budget.js';
import type { LayeredResource } from '../layer.js';
import type { Finding, ManifestDocument } from '../manifest-document.js';
import { type ManifestSource, outsideRoot, type Refusal } from '../manifest-source.js';
import { problemIn } from '../problem-in.js';
import { checkGrammarContent } from './check-grammar-content.js';
import { patternSteps } from './pattern-fault.js';
import { type GrammarFile, type GrammarRun, readGrammarFile } from './read-grammar-file.js';

/** The resources with their grammars, and everything that is wrong with these. */
export interface ResolvedGrammars {
  /** Each resource's spec, with the content of each grammar's `file` in its place where the file has no error. */
  readonly specs: ReadonlyMap<LayeredResource, JsonObject>;
  /** Those of a file at its own lines, once however many name it; others in the manifest. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the grammar files that resources name, and checks these and the grammars that are written in manifests. Values
 * that a schema refuses are passed over. Throws a KnownError where a file can't be read.
 */
export async function resolveGrammars(
  source: ManifestSource,
  resources: readonly LayeredResource[],
): Promise<ResolvedGrammars> {
  const resolver = new Resolver(source);
  const specs = new Map<LayeredResource, JsonObject>();
  for (const resource of resources) specs.set(resource, await resolver.resolve(resource));
  return { specs, problems: resolver.problems };
}

/** Remembers the files and the documents that it has seen. */
class Resolver {
  readonly problems: Problem[] = [];
  private readonly run: GrammarRun;
  private readonly files = new Map<string, Promise<GrammarFile | Refusal>>();
  private readonly seen = new Set<ManifestDocument>();

  constructor(source: ManifestSource) {
    this.run = { source, budget: new Budget(), patterns: { steps: patternSteps(), known: new Map() } };
  }

  async resolve({ spec, documents }: LayeredResource): Promise<JsonObject> {
    const grammars = spec['grammarConstraints'];
    if (!Array.isArray(grammars) || grammars.length === 0) return spec;
    // A list is replaced as a whole, so one document has set all of it: the last that has one.
    const setBy = documents.findLast(({ value }) => Array.isArray(specOf(value)['grammarConstraints']));
    if (setBy === undefined) return spec;
    const isNew = !this.seen.has(setBy);
    this.seen.add(setBy);
    const resolved: Json[] = [];
    for (const [index, grammar] of grammars.entries()) {
      const path = ['spec', 'grammarConstraints', String(index)];
      const { value, findings } = await this.resolveOne(setBy, path, grammar, isNew);
      resolved.push(value);
      // Defaults set the grammars of many resources: what is wrong there is wrong once.
      if (isNew) this.problems.push(...findings.map((finding) => problemIn(setBy, finding)));
    }
    return { ...spec, grammarConstraints: resolved };
  }

  private async resolveOne(
    setBy: ManifestDocument,
    path: readonly string[],
    value: Json,
    isNew: boolean,
  ): Promise<{ readonly value: Json; readonly findings: readonly Finding[] }> {
    const { type, content, file } = isJsonObject(value) ? value : {};
    if (typeof type !== 'string' || refuses(setBy, path, [...path, 'type'])) return { value, findings: [] };
    if (isJsonObject(content)) {
      const isChecked = isNew && !refuses(setBy, [...path, 'content']);
      const findings = isChecked ? await checkGrammarContent(type, content, this.run.patterns) : [];
      return {
        value,
        findings: findings.map((finding) => ({ ...finding, path: [...path, 'content', ...finding.path] })),
      };
    }
    if (typeof file !== 'string' || refuses(setBy, [...path, 'file'])) return { value, findings: [] };
    const read = await this.file(setBy, type, file);
    if ('code' in read) return { value, findings: [unread(read, file, [...path, 'file'])] };
    return { value: read.content === undefined ? value : { type, content: read.content }, findings: [] };
  }

  /** Names are relative to the file that holds them; those of defaults to environment.yaml. */
  private async file(setBy: ManifestDocument, type: string, name: string): Promise<GrammarFile | Refusal> {
    if (posix.isAbsolute(name) || name.includes('\\')) return outsideRoot;
    const start = unexpandedStart(name);
    if (start !== undefined) return unexpanded(start);
    const path = posix.join(posix.dirname(setBy.path), name);
    const key = `${type} ${path}`;
    const known = this.files.get(key);
    if (known !== undefined) return known;
    const reading = readGrammarFile(this.run, type, path);
    this.files.set(key, reading);
    const read = await reading;
    if ('problems' in read) this.problems.push(...read.problems);
    return read;
  }
}

function unexpanded(start: string): Refusal {
  return {
    code: 'unexpanded-path',
    message: `Nothing expands ${start} in a manifest.`,
    hint: 'Write the path from the folder of the file that names it, such as ../grammars/greeting.grxml.',
  };
}

/** Whether the document's schema has something against the very value at one of the paths. */
function refuses({ findings }: ManifestDocument, ...paths: (readonly string[])[]): boolean {
  const refused = new Set(findings.map(({ path }) => pointer(path)));
  return paths.some((path) => refused.has(pointer(path)));
}

function unread({ code, message, hint }: Refusal, file: string, path: readonly string[]): Finding {
  return { code, path, message: `${file}: ${message}`, ...(hint !== undefined && { hint }) };
}

function specOf(value: JsonObject): JsonObject {
  return isJsonObject(value['spec']) ? value['spec'] : {};
}
