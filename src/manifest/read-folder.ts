import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Identity } from '../model/identity.js';
import type { Problem } from '../model/problem.js';
import type { ManifestDocument } from './manifest-document.js';
import type { ManifestSource } from './manifest-source.js';
import { readDocuments, refused } from './read-documents.js';

/** The name of the file that makes a folder an environment. */
export const environmentFile = 'environment.yaml';

/** The most files that an environment and its bases may have together (docs/security.md, "Bounds"). */
export const maxFiles = 10_000;

/** So many files are read before others get a turn: a signal, a spinner. */
const filesATurn = 64;

/** All manifests of one layer: a base, or an environment's own. */
export interface FolderContents {
  readonly documents: ManifestDocument[];
  readonly problems: Problem[];
  readonly faulty: Identity[];
  /** How many manifest files there are. */
  readonly files: number;
  /** How many files of any kind. */
  readonly entries: number;
}

/** Reads all manifests below a folder; `limit` is how many files it may have. Throws a KnownError as the source does. */
export async function readFolder(source: ManifestSource, folder: string, limit: number): Promise<FolderContents> {
  const entries = await source.files(folder, limit + 1);
  if (entries.length > limit) {
    const message = `There are more than ${maxFiles.toLocaleString('en')} files.`;
    const problem = refused(`${source.root}/${folder}`, {
      code: 'too-many-files',
      message,
      hint: 'Split the environment.',
    });
    return { documents: [], problems: [problem], faulty: [], files: 0, entries: limit };
  }
  const documents: ManifestDocument[] = [];
  const problems: Problem[] = [];
  const faulty: Identity[] = [];
  let files = 0;
  for (const { path, refusal } of entries) {
    if (refusal !== undefined) problems.push(refused(`${source.root}/${path}`, refusal));
    if (refusal !== undefined || !isManifest(path, folder)) continue;
    files += 1;
    if (files % filesATurn === 0) await nextTurn();
    const read = await readDocuments(source, path, folder);
    documents.push(...read.documents);
    problems.push(...read.problems);
    faulty.push(...read.faulty);
  }
  return { documents, problems, faulty, files, entries: entries.length };
}

function isManifest(path: string, folder: string): boolean {
  return /\.ya?ml$/i.test(path) && path !== `${folder}/${environmentFile}`;
}
