import type { Catalog } from '../model/generated/catalog.js';
import { hashJsonList } from '../model/hash.js';
import { formatIdentity } from '../model/identity.js';
import type { JsonObject } from '../model/json.js';
import { pointer, pointerSegments } from '../model/pointer.js';
import type { Problem } from '../model/problem.js';
import type { Origin, Resource } from '../model/resource.js';
import { boundedSource } from './bounded-source.js';
import { maxProblems } from './budget.js';
import { readCatalog } from './catalog.js';
import { catalogFindings } from './checks/catalog-findings.js';
import { grammarSizes } from './checks/grammar-sizes.js';
import { nameFindings } from './checks/names.js';
import type { ResourceFinding } from './checks/resource-finding.js';
import { unmatchedPatterns } from './checks/unmatched-patterns.js';
import { unusedGrammars } from './checks/unused-grammars.js';
import { crossCheck } from './cross-check.js';
import type { EnvironmentSettings } from './environment-settings.js';
import { resolveGrammars } from './grammar/resolve-grammars.js';
import { incomplete, missingMembers } from './incomplete.js';
import { type LayeredResource, layer } from './layer.js';
import type { Finding } from './manifest-document.js';
import type { ManifestSource } from './manifest-source.js';
import { LazyOrigins } from './origins.js';
import { problemIn, startOf } from './problem-in.js';
import { type EnvironmentFile, readEnvironmentFile } from './read-environment-file.js';
import { environmentFile, type FolderContents, maxFiles, readFolder } from './read-folder.js';
import { sortProblems } from './sort-problems.js';

/** An environment's manifests after layering, and everything that is wrong with them. */
export interface LoadedEnvironment {
  readonly name: string;
  /** Undefined exactly when environment.yaml has an error, which is then among the problems. */
  readonly settings: EnvironmentSettings | undefined;
  /** All that environment.yaml says, as parsed; absent if no document of it could be parsed. */
  readonly described?: JsonObject;
  /** Those that are complete and as their schema wants, sorted by identity. */
  readonly resources: readonly Resource[];
  /** The others: of use to explain them, and for nothing else. */
  readonly faulty: readonly Resource[];
  /** Those that the last of their documents switches off: likewise. */
  readonly disabled: readonly Resource[];
  /** What its committed catalog.json holds; absent where there is none, or it has an error. */
  readonly catalog?: Catalog;
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
  given: ManifestSource,
  name: string,
  { allowHosts = [] }: { readonly allowHosts?: readonly string[] } = {},
): Promise<LoadedEnvironment> {
  const source = boundedSource(given);
  const environment = await readEnvironmentFile(source, name, allowHosts);
  const folders = await readLayers(source, [...environment.bases, name]);
  const documents = folders.flatMap((folder) => folder.documents);
  const layered = layer(documents, environment.defaults, name);
  const resolved = await resolveAll(source, layered.resources);
  const allRead = environment.layersKnown && folders.every(({ hidden }) => !hidden);
  const allRight = layered.resources.every((resource) => !isFaulty(resource));
  const disabled = new Set(layered.disabled.map(({ identity }) => formatIdentity(identity)));
  const { catalog, ...committed } = await readCatalog(source, name);
  const known = [...resolved.byResource.keys()];
  const tooLarge = grammarSizes(known);
  const findings = [
    ...crossCheck(known, { disabled, unsureSplits: unsureSplits(layered.resources), allRead, allRight }),
    ...(await nameFindings(known)),
    ...tooLarge,
    ...(catalog === undefined ? [] : catalogFindings(known, catalog, name)),
  ];
  const files = folders.reduce((sum, folder) => sum + folder.files, 1);
  const problems = [
    ...environment.problems,
    ...folders.flatMap((folder) => folder.problems),
    ...layered.problems,
    ...(allRead ? incomplete(layered.resources) : []),
    ...resolved.problems,
    ...committed.problems,
    ...firstOf(findings).flatMap((finding) => problemsOf(finding, resolved.byResource.get(finding.resource))),
    ...(allRead && allRight ? unusedGrammars(source.root, folders.at(-1)?.others ?? [], documents) : []),
    ...(files === 1 && allRead ? [noManifests(source, name)] : []),
    ...(allRead ? unmatched(environment, [...layered.resources, ...layered.disabled]) : []),
  ];
  const { resources, faulty } = sorted(resolved.byResource);
  const { settings } = environment;
  return {
    name,
    settings,
    ...(environment.document !== undefined && { described: environment.document.value }),
    resources,
    faulty,
    disabled: layered.disabled.map((one) => toResource(one, one.spec)),
    ...(catalog !== undefined && { catalog }),
    problems: sortProblems(problems),
    manifestHash: tooLarge.length === 0 ? manifestHash(resources) : '',
    files,
  };
}

/** Patterns of guardrails that protect nothing. */
function unmatched({ document, settings }: EnvironmentFile, resources: readonly LayeredResource[]): Problem[] {
  if (document === undefined || settings === undefined) return [];
  return unmatchedPatterns(settings.guardrails, resources).map((finding) => problemIn(document, finding));
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

async function resolveAll(source: ManifestSource, layered: readonly LayeredResource[]) {
  const { specs, problems } = await resolveGrammars(source, layered);
  const byResource = new Map(layered.map((one) => [toResource(one, specs.get(one) ?? one.spec), one] as const));
  return { byResource, problems };
}

function toResource({ metadata, identity, rollout, documents, source }: LayeredResource, spec: JsonObject): Resource {
  const { previousNames, engineId } = metadata;
  return {
    identity,
    spec,
    ...(rollout !== undefined && { rollout }),
    previousNames: Array.isArray(previousNames) ? previousNames.filter((name) => typeof name === 'string') : [],
    ...(typeof engineId === 'string' && { engineId }),
    origins: new LazyOrigins(documents),
    source: startOf(source),
  };
}

function sorted(byResource: ReadonlyMap<Resource, LayeredResource>) {
  const resources: Resource[] = [];
  const faulty: Resource[] = [];
  for (const [resource, layered] of [...byResource].toSorted(([a], [b]) => byIdentity(a, b))) {
    (isFaulty(layered) ? faulty : resources).push(resource);
  }
  return { resources, faulty };
}

function isFaulty(resource: LayeredResource): boolean {
  return missingMembers(resource).length > 0 || resource.documents.some(({ findings }) => findings.length > 0);
}

/** As many as are worth to be placed, in the order of their files: to place one, its file is parsed. */
function firstOf(findings: readonly ResourceFinding[]): ResourceFinding[] {
  const fileOf = ({ resource }: ResourceFinding) => resource.source.file;
  return findings
    .toSorted((a, b) => (fileOf(a) < fileOf(b) ? -1 : Number(fileOf(a) > fileOf(b))))
    .slice(0, maxProblems);
}

/** Names of engines with a version whose split its schema refuses, or whose key for it is misspelt. */
function unsureSplits(resources: readonly LayeredResource[]): Set<string> {
  const isSplit = ({ path, meant }: Finding) => path.includes('trafficSplit') || meant === 'trafficSplit';
  const unsure = resources.filter(({ documents }) => documents.some(({ findings }) => findings.some(isSplit)));
  return new Set(unsure.map(({ identity }) => identity.name));
}

/** A finding in the document that set the field; none where that document's schema refuses the very same value. */
function problemsOf({ resource, path, ...words }: ResourceFinding, layered: LayeredResource | undefined): Problem[] {
  const setBy = originOf(resource, path)?.file;
  const document = layered?.documents.findLast(({ text }) => text.file === setBy) ?? layered?.source;
  if (document === undefined) throw new Error('a finding of a resource that was not checked');
  if (document.findings.some((finding) => saysAlready(finding, path, words.part))) return [];
  return [problemIn(document, { ...words, path: pointerSegments(path) })];
}

/** Where the value at a path was set, or what is nearest above it: it may be missing. */
function originOf({ origins }: Resource, path: string): Origin | undefined {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const origin = origins.get(at);
    if (origin !== undefined) return origin;
  }
  return undefined;
}

/** Whether the schema refuses the value at a path, what it is in, or what is in it; or the key that was meant for it. */
function saysAlready({ path: segments, meant }: Finding, path: string, part: 'key' | 'value' = 'value'): boolean {
  const refused = pointer(segments);
  if (meant !== undefined && pointer([...segments.slice(0, -1), meant]) === path) return true;
  // A whole document is no such value.
  if (refused === '' || refused === '/spec' || refused === '/metadata') return false;
  return `${path}/`.startsWith(`${refused}/`) || (part === 'value' && `${refused}/`.startsWith(`${path}/`));
}

/** Valid, but seldom meant. */
function noManifests(source: ManifestSource, name: string): Problem {
  const folder = `${source.root}/${name}`;
  const file = `${folder}/${environmentFile}`;
  const message = `${folder} holds an ${environmentFile} and no manifests.`;
  const hint = 'Add manifests below it, or a folder of shared ones under bases.';
  return { severity: 'warning', code: 'no-manifests', file, line: 1, column: 1, path: '', message, hint };
}

function byIdentity(a: Resource, b: Resource): number {
  const [left, right] = [formatIdentity(a.identity), formatIdentity(b.identity)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function manifestHash(resources: readonly Resource[]): string {
  return hashJsonList(
    resources.map(({ identity, spec, rollout, previousNames, engineId }) => ({
      identity: formatIdentity(identity),
      spec,
      ...(rollout !== undefined && { rollout }),
      previousNames: [...previousNames],
      ...(engineId !== undefined && { engineId }),
    })),
  );
}
