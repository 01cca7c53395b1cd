import type { Budget } from './budget.js';
import type { Refusal } from './refusal.js';

export type { Refusal } from './refusal.js';

/** Where manifests come from: a folder on disk, or the same folder in a commit. Paths are below the root, with `/`. */
export interface ManifestSource {
  /** The root as the user named it, without a slash at its end; it starts every path that is shown. */
  readonly root: string;
  /** Names of the folders directly in the root, sorted. Throws a KnownError where it can't be read. */
  folders(): Promise<readonly string[]>;
  /** All files below a folder of the root, sorted; at most `limit`. Throws a KnownError where it can't be read. */
  files(folder: string, limit: number): Promise<readonly SourceEntry[]>;
  /** Whether there is something of that name, which may still be refused. */
  has(path: string): Promise<boolean>;
  /** A file's bytes, or why it is not taken. Throws a KnownError where it can't be read. */
  read(path: string): Promise<SourceFile>;
  /** What may still be taken, where all files of an environment are read (boundedSource). */
  readonly budget?: Budget;
}

export interface SourceEntry {
  readonly path: string;
  /** Present for what can hold manifests and is not looked into: links to folders, submodules. */
  readonly refusal?: Refusal;
}

export type SourceFile = { readonly bytes: Uint8Array } | Refusal;

/** The most bytes that a manifest or a grammar may have (docs/security.md, "Bounds"). */
export const maxFileBytes = 1024 * 1024;

export const missingFile: Refusal = { code: 'missing-file', message: 'There is no such file.' };

export const leadsNowhere: Refusal = {
  code: 'missing-file',
  message: 'This is a link, and it leads to nothing or in a circle.',
  hint: 'Put the file itself here.',
};

export const unnamable: Refusal = {
  code: 'file-name',
  message: "The file's name is not UTF-8.",
  hint: 'Rename it.',
};

export const noPermission: Refusal = {
  code: 'unreadable-file',
  message: "This can't be read: permission denied.",
  hint: 'Let the user who runs cxone-gitops read it.',
};

export const notAFile: Refusal = {
  code: 'not-a-file',
  message: 'This is not a plain file.',
  hint: 'A manifest is a plain file: no folder, pipe, socket or device.',
};

export const changedFile: Refusal = {
  code: 'file-changed',
  message: 'The file changed while it was read.',
  hint: 'Run again.',
};

export const tooLarge: Refusal = {
  code: 'file-too-large',
  message: 'The file is larger than 1 MiB.',
  hint: 'Split it into several files.',
};

export const tooManyFolders: Refusal = {
  code: 'too-many-files',
  message: 'There are more folders than an environment may have files: 10,000.',
  hint: 'Split the environment.',
};

export const outsideRoot: Refusal = {
  code: 'outside-root',
  message: "The file is outside the manifests' root, or a link leads there.",
  hint: 'Copy it into the root.',
};

export const linkedFolder: Refusal = {
  code: 'linked-folder',
  message: 'This is a link to a folder; links to folders are not followed.',
  hint: 'Share manifests through `bases`.',
};
