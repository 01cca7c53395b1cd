import type { Environment } from '../model/generated/environment.js';
import type { Kind } from '../model/identity.js';
import { isJsonObject, type Json } from '../model/json.js';
import { KnownError } from '../model/known-error.js';
import { nearest } from '../model/nearest.js';
import { pointer } from '../model/pointer.js';
import type { Problem } from '../model/problem.js';
import { checkBases } from './check-bases.js';
import { checkDocument } from './check-document.js';
import { type EnvironmentSettings, environmentSettings } from './environment-settings.js';
import { listEnvironments } from './list-environments.js';
import type { Finding, ManifestDocument, SourceDocument } from './manifest-document.js';
import type { ManifestSource } from './manifest-source.js';
import { problemIn } from './problem-in.js';
import { readYaml, refused } from './read-documents.js';
import { environmentFile } from './read-folder.js';

/** What environment.yaml gives to the layers, and the settings when all of it is right. */
export interface EnvironmentFile {
  /** What describes the environment; undefined where nothing does. */
  readonly document: SourceDocument | undefined;
  readonly settings: EnvironmentSettings | undefined;
  /** The bases that there are. */
  readonly bases: readonly string[];
  /** The lowest layer of each kind. */
  readonly defaults: ReadonlyMap<Kind, ManifestDocument>;
  /** False when an error hides a layer: what seems to be missing may be there. */
  readonly layersKnown: boolean;
  readonly problems: readonly Problem[];
}

/** Reads and checks an environment.yaml. Throws a KnownError (OptionError) when there is no such environment. */
export async function readEnvironmentFile(
  source: ManifestSource,
  name: string,
  allowHosts: readonly string[],
): Promise<EnvironmentFile> {
  const folders = await source.folders();
  const path = `${name}/${environmentFile}`;
  if (!folders.includes(name) || !(await source.has(path))) throw await unknownEnvironment(source, name, folders);
  const { documents, problems } = await readYaml(source, path);
  const document = documents.find(({ value }) => value['kind'] === 'Environment') ?? documents[0];
  if (document === undefined) {
    const fallback = refused(`${source.root}/${path}`, {
      code: 'missing-key',
      message: 'The file describes no environment.',
      hint: 'Write: apiVersion: cxone-gitops/v1, kind: Environment, and a spec with an orgId.',
    });
    return {
      document: undefined,
      settings: undefined,
      bases: [],
      defaults: new Map(),
      layersKnown: false,
      problems: problems.length > 0 ? problems : [fallback],
    };
  }
  const findings = await findingsOf(source, document, name, folders);
  const settings =
    findings.length === 0 ? environmentSettings(environmentOf(document), name, allowHosts) : { findings: [] };
  const settingsFindings = 'findings' in settings ? settings.findings : [];
  const all = [...findings, ...settingsFindings];
  const found = [...problems, ...all.map((finding) => problemIn(document, finding))];
  for (const other of documents) if (other !== document) found.push(problemIn(other, misplaced(other)));
  const hidesLayer = ({ path: [spec, member] }: Finding) =>
    spec === 'spec' && (member === 'bases' || member === 'defaults');
  const layersKnown = !all.some(hidesLayer);
  return {
    document,
    settings: found.length === 0 && 'endpoint' in settings ? settings : undefined,
    bases: folderNames(basesOf(document), folders).filter((base) => base !== name),
    defaults: layersKnown ? defaultsOf(document, path) : new Map(),
    layersKnown,
    problems: found,
  };
}

async function unknownEnvironment(
  source: ManifestSource,
  name: string,
  folders: readonly string[],
): Promise<KnownError> {
  const known = await listEnvironments(source);
  if (folders.includes(name)) {
    const hint = `An environment is a folder with an ${environmentFile}. There are: ${known.join(', ') || 'none'}.`;
    return new KnownError('OptionError', `${source.root}/${name} holds no ${environmentFile}: it is no environment.`, {
      hint,
    });
  }
  const meant = nearest(name, known);
  const all = known.length === 0 ? `${source.root} holds no environment.` : `There are: ${known.join(', ')}.`;
  const hint = meant === undefined ? all : `Did you mean ${meant}? ${all}`;
  return new KnownError('OptionError', `${source.root} holds no environment ${JSON.stringify(name)}.`, { hint });
}

async function findingsOf(
  source: ManifestSource,
  document: SourceDocument,
  name: string,
  folders: readonly string[],
): Promise<Finding[]> {
  const { kind } = document.value;
  if (kind !== 'Environment' && typeof kind === 'string') return [misplaced(document)];
  const findings = checkDocument('Environment', document.value);
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) {
    const message = `The folder's name ${JSON.stringify(name)} can't be an environment's.`;
    findings.push({ code: 'wrong-name', path: [], message, hint: 'Use lower-case letters, digits and -.' });
  }
  const refusedPaths = new Set(findings.map((finding) => pointer(finding.path)));
  const wrongBases = await checkBases(source, name, basesOf(document), folders);
  return [...findings, ...wrongBases.filter(({ path }) => !refusedPaths.has(pointer(path)))];
}

/** What environment.yaml can't hold besides the environment. */
function misplaced({ value }: SourceDocument): Finding {
  if (value['kind'] === 'Environment') {
    const message = 'The file describes two environments.';
    return {
      code: 'defined-twice',
      path: ['kind'],
      message,
      hint: 'Keep one of them: each environment has a folder of its own.',
    };
  }
  const message = `${environmentFile} must describe the environment: kind: Environment.`;
  return { code: 'unknown-kind', path: ['kind'], message, hint: 'Move other documents to files of their own.' };
}

/** As they are written: none of them need be a text. */
function basesOf({ value }: SourceDocument): Json[] {
  const bases = isJsonObject(value['spec']) ? value['spec']['bases'] : undefined;
  return Array.isArray(bases) ? bases : [];
}

/** Those that are folders, each once. */
function folderNames(bases: readonly Json[], folders: readonly string[]): string[] {
  return [...new Set(bases)].filter((base) => typeof base === 'string').filter((base) => folders.includes(base));
}

/** The defaults of each kind as if they were a document of their own: only the spec. */
function defaultsOf(document: SourceDocument, path: string): Map<Kind, ManifestDocument> {
  const defaults = new Map<Kind, ManifestDocument>();
  const spec = isJsonObject(document.value['spec']) ? document.value['spec'] : {};
  const all = isJsonObject(spec['defaults']) ? spec['defaults'] : {};
  for (const kind of ['SpeechEngine', 'Webhook'] as const) {
    const value = all[kind];
    if (!isJsonObject(value)) continue;
    const specAt = ['spec', 'defaults', kind];
    const identity = { kind, name: 'defaults' };
    defaults.set(kind, {
      ...document,
      value: { spec: value },
      specAt,
      layer: 'defaults',
      path,
      identity,
      findings: [],
    });
  }
  return defaults;
}

function environmentOf({ value }: SourceDocument): Environment {
  // Its schema, which the type is generated from, has nothing against it.
  return value as unknown as Environment;
}
