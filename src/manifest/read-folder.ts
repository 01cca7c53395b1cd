import { setImmediate as nextTurn } from 'node:timers/promises';
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
  /** As of ReadDocuments. */
  readonly hidden: boolean;
  /** How many manifest files there are. */
  readonly files: number;
  /** The files below it that are no manifests, sorted. */
  readonly others: readonly string[];
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
    return { documents: [], problems: [problem], hidden: true, files: 0, others: [], entries: limit };
  }
  const documents: ManifestDocument[] = [];
  const problems: Problem[] = [];
  const others: string[] = [];
  let hidden = false;
  let files = 0;
  for (const { path, refusal } of entries) {
    if (path === `${folder}/${environmentFile}`) continue;
    if (refusal !== undefined) {
      problems.push(refused(`${source.root}/${path}`, refusal));
      hidden = true;
      continue;
    }
    if (!isYaml(path)) {
      others.push(path);
      continue;
    }
    if (source.budget?.isSpent === true) {
      hidden = true;
      break;
    }
    files += 1;
    if (files % filesATurn === 0) await nextTurn();
    const read = await readDocuments(source, path, folder);
    documents.push(...read.documents);
    problems.push(...read.problems);
    hidden ||= read.hidden;
  }
  return { documents, problems, hidden, files, others, entries: entries.length };
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}
