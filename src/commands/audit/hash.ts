import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { kindDefinition, kinds } from '../../kinds/kinds.js';
import { decode } from '../../manifest/decode.js';
import { folderSource } from '../../manifest/folder-source.js';
import { listEnvironments } from '../../manifest/list-environments.js';
import { loadEnvironment } from '../../manifest/load-environment.js';
import { ExitCode } from '../../model/exit-code.js';
import { fileFault } from '../../model/file-fault.js';
import { hashJson } from '../../model/hash.js';
import { formatIdentity } from '../../model/identity.js';
import { isJsonObject, type Json } from '../../model/json.js';
import { KnownError } from '../../model/known-error.js';
import { parseIJson } from '../../model/parse-i-json.js';
import type { Resource } from '../../model/resource.js';
import { escapeTerminal } from '../../report/escape-terminal.js';
import { jsonReport } from '../../report/json.js';
import type { Context } from '../context.js';

export interface AuditHashOptions {
  readonly root: string;
  readonly format: string;
  /** The environment whose layers complete the manifest; by default the one whose folder holds it. */
  readonly environment?: string;
}

/** One thing that was hashed: an identity, or the file where it is a plain JSON document. */
interface Hashed {
  readonly id: string;
  readonly payloadHash: string;
}

/**
 * `cxone-gitops audit hash`: the payload hash of each resource of a manifest, or of a JSON document: of an engine or a
 * webhook as CXone answers it, that of its state; of any other, that of its canonical JSON (RFC 8785).
 */
export async function auditHashCommand(context: Context, file: string, options: AuditHashOptions): Promise<ExitCode> {
  const isManifest = /\.ya?ml$/i.test(file);
  const hashes = isManifest ? await hashManifest(context, file, options) : [await hashDocument(context, file)];
  const lines = hashes.map(({ id, payloadHash }) => `${payloadHash}  ${escapeTerminal(id)}\n`);
  context.out.write(options.format === 'json' ? jsonReport({ formatVersion: 1, hashes }) : lines.join(''));
  return ExitCode.done;
}

async function hashManifest(context: Context, file: string, options: AuditHashOptions): Promise<Hashed[]> {
  const within = path.relative(path.resolve(context.cwd, options.root), path.resolve(context.cwd, file));
  const source = folderSource(options.root);
  const environments = await listEnvironments(source);
  const environment = options.environment ?? within.split(path.sep)[0] ?? '';
  if (!environments.includes(environment)) {
    throw new KnownError('OptionError', `${file}: it is not in the folder of an environment`, {
      hint: `Its hash depends on the layers below and above it: name one of ${environments.join(', ')} with --environment.`,
    });
  }
  const { resources, problems } = await loadEnvironment(source, environment);
  const shown = path.join(options.root, within).split(path.sep).join('/');
  const found = resources.filter((resource) => isFrom(resource, shown));
  if (found.length > 0) return found.map(hashResource);
  const errors = problems.filter((problem) => problem.file === shown && problem.severity === 'error');
  throw new KnownError('ManifestError', `${file}: environment ${environment} has no valid resource from it`, {
    hint: `\`cxone-gitops validate ${environment}\` shows what is wrong.`,
    problems: errors,
  });
}

function isFrom({ source, origins }: Resource, file: string): boolean {
  return source.file === file || [...origins.values()].some((origin) => origin.file === file);
}

function hashResource(resource: Resource): Hashed {
  const state = kindDefinition(resource.identity.kind).desiredState(resource);
  return { id: formatIdentity(resource.identity), payloadHash: hashJson(state) };
}

async function hashDocument(context: Context, file: string): Promise<Hashed> {
  const read = await readDocument(path.resolve(context.cwd, file));
  if ('fault' in read) {
    throw new KnownError('OptionError', `${file}: ${read.fault}`, {
      hint: 'Give a manifest (.yaml) or a JSON document that RFC 8785 has a text for.',
      cause: read.cause,
    });
  }
  try {
    return { id: file, payloadHash: hashJson(stateOf(read.json)) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it has no canonical JSON';
    throw new KnownError('OptionError', `${file}: ${reason}`, { hint: 'RFC 8785 has no text for it.', cause });
  }
}

async function readDocument(
  file: string,
): Promise<{ readonly json: Json } | { readonly fault: string; readonly cause?: unknown }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    return { fault: `it can't be read: ${fileFault(cause).words}`, cause };
  }
  const decoded = decode(bytes);
  return 'text' in decoded ? parseIJson(decoded.text) : { fault: decoded.message };
}

function stateOf(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const kind = kinds.find(({ required }) => required.every((member) => member in value));
  return kind === undefined ? value : kind.liveState(value, (remoteId) => remoteId);
}
