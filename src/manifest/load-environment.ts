import { hashJson } from '../model/hash.js';
import { formatIdentity, type Identity } from '../model/identity.js';
import type { JsonObject } from '../model/json.js';
import { pointerSegments } from '../model/pointer.js';
import type { Problem } from '../model/problem.js';
import type { Resource } from '../model/resource.js';
import { crossCheck, type ResourceFinding } from './cross-check.js';
import type { EnvironmentSettings } from './environment-settings.js';
import { readGrammarFiles } from './grammar-files.js';
import { incomplete } from './incomplete.js';
import { type LayeredResource, layer } from './layer.js';
import type { ManifestSource } from './manifest-source.js';
import { LazyOrigins } from './origins.js';
import { problemIn, startOf } from './problem-in.js';
import { readEnvironmentFile } from './read-environment-file.js';
import { type FolderContents, maxFiles, readFolder } from './read-folder.js';
import { sortProblems } from './sort-problems.js';

/** An environment's manifests after layering, and everything that is wrong with them. */
export interface LoadedEnvironment {
  readonly name: string;
  /** Undefined exactly when environment.yaml has an error, which is then among the problems. */
  readonly settings: EnvironmentSettings | undefined;
  /** Those without an error, sorted by identity. */
  readonly resources: readonly Resource[];
  /** Sorted by file and place; at most 1,000 and one that counts the rest. */
  readonly problems: readonly Problem[];
  /** SHA-256 of the canonical JSON of the resources (docs/semantics.md); of no use where there are errors. */
  readonly manifestHash: string;
  /** How many manifest files were read, environment.yaml and bases included. */
  readonly files: number;
}

/**
 * Reads, parses, layers and checks an environment. All that a user can put right in files is a problem; throws a
 * KnownError for an environment that does not exist (OptionError) and for what can't be read (FileError). `allowHosts`
 * are the operator's.
 */
export async function loadEnvironment(
  source: ManifestSource,
  name: string,
  { allowHosts = [] }: { readonly allowHosts?: readonly string[] } = {},
): Promise<LoadedEnvironment> {
  const environment = await readEnvironmentFile(source, name, allowHosts);
  const folders = await readLayers(source, [...environment.bases, name]);
  const documents = folders.flatMap((folder) => folder.documents);
  const layered = layer(documents, environment.defaults, name);
  const faulty = folders.flatMap((folder) => folder.faulty);
  const complete = completeOnes(layered.resources, faulty);
  const resolved = await resolveAll(source, complete.resources);
  const elsewhere = new Map([
    ...layered.disabled.map(({ identity }) => [formatIdentity(identity), 'not enabled'] as const),
    ...[...faulty, ...complete.without].map((identity) => [formatIdentity(identity), 'faulty'] as const),
  ]);
  const findings = crossCheck([...resolved.byResource.keys()], elsewhere);
  const files = folders.reduce((sum, folder) => sum + folder.files, 1);
  const problems = [
    ...environment.problems,
    ...folders.flatMap((folder) => folder.problems),
    ...layered.problems,
    ...(environment.layersKnown ? complete.problems : []),
    ...resolved.problems,
    ...findings
      .filter(({ code }) => environment.layersKnown || code !== 'unknown-engine')
      .map((finding) => problemOf(finding, resolved.byResource)),
    ...(files === 1 ? [noManifests(source, name)] : []),
  ];
  const resources = [...resolved.byResource.keys()].toSorted(byIdentity);
  const { settings } = environment;
  return { name, settings, resources, problems: sortProblems(problems), manifestHash: manifestHash(resources), files };
}

async function readLayers(source: ManifestSource, folders: readonly string[]): Promise<FolderContents[]> {
  const contents: FolderContents[] = [];
  let left = maxFiles;
  for (const folder of folders) {
    const read = await readFolder(source, folder, left);
    contents.push(read);
    left -= read.entries;
  }
  return contents;
}

function completeOnes(resources: readonly LayeredResource[], faulty: readonly Identity[]) {
  const faultyIds = new Set(faulty.map(formatIdentity));
  const kept: LayeredResource[] = [];
  const without: Identity[] = [];
  const problems: Problem[] = [];
  for (const resource of resources) {
    const problem = incomplete(resource, resources);
    if (problem === undefined) {
      kept.push(resource);
      continue;
    }
    without.push(resource.identity);
    // Where one of its layers has an error of its own, what is missing may stand there.
    if (!faultyIds.has(formatIdentity(resource.identity))) problems.push(problem);
  }
  return { resources: kept, without, problems };
}

async function resolveAll(source: ManifestSource, layered: readonly LayeredResource[]) {
  const byResource = new Map<Resource, LayeredResource>();
  const problems: Problem[] = [];
  for (const one of layered) {
    const grammars = await readGrammarFiles(source, one);
    problems.push(...grammars.problems);
    byResource.set(toResource(one, grammars.spec), one);
  }
  return { byResource, problems };
}

function toResource({ metadata, identity, documents, source }: LayeredResource, spec: JsonObject): Resource {
  const { previousNames, engineId } = metadata;
  return {
    identity,
    spec,
    previousNames: Array.isArray(previousNames) ? previousNames.map(String) : [],
    ...(typeof engineId === 'string' && { engineId }),
    origins: new LazyOrigins(documents),
    source: startOf(source),
  };
}

/** A finding in the document that set the field. */
function problemOf(
  { resource, code, path, message, hint }: ResourceFinding,
  byResource: ReadonlyMap<Resource, LayeredResource>,
): Problem {
  const layered = byResource.get(resource);
  const setBy = resource.origins.get(path)?.file;
  const document = layered?.documents.findLast(({ text }) => text.file === setBy) ?? layered?.source;
  if (document === undefined) throw new Error('a finding of a resource that was not checked');
  return problemIn(document, { code, path: pointerSegments(path), message, ...(hint !== undefined && { hint }) });
}

/** Valid, but seldom meant. */
function noManifests(source: ManifestSource, name: string): Problem {
  const file = `${source.root}/${name}`;
  const message = `${file} holds an environment.yaml and no manifests.`;
  const hint = 'Add manifests below it, or a folder of shared ones under bases.';
  return { severity: 'warning', code: 'no-manifests', file, line: 1, column: 1, path: '', message, hint };
}

function byIdentity(a: Resource, b: Resource): number {
  const [left, right] = [formatIdentity(a.identity), formatIdentity(b.identity)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function manifestHash(resources: readonly Resource[]): string {
  return hashJson(
    resources.map(({ identity, spec, previousNames, engineId }) => ({
      identity: formatIdentity(identity),
      spec,
      previousNames: [...previousNames],
      ...(engineId !== undefined && { engineId }),
    })),
  );
}
