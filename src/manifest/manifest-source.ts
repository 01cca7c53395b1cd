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
}

export interface SourceEntry {
  readonly path: string;
  /** Present for what can hold manifests and is not looked into: links to folders, submodules. */
  readonly refusal?: Refusal;
}

export type SourceFile = { readonly bytes: Uint8Array } | Refusal;

/** Why a file is not taken; nothing of its content is known or shown. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** The most bytes that a manifest or a grammar may have (docs/security.md, "Bounds"). */
export const maxFileBytes = 1024 * 1024;

export const missingFile: Refusal = { code: 'missing-file', message: 'There is no such file.' };

export const tooLarge: Refusal = {
  code: 'file-too-large',
  message: 'The file is larger than 1 MiB.',
  hint: 'Split it into several files.',
};

export const outsideRoot: Refusal = {
  code: 'outside-root',
  message: 'The file is outside the manifests’ root, or a link leads there.',
  hint: 'Copy it into the root.',
};

export const linkedFolder: Refusal = {
  code: 'linked-folder',
  message: 'This is a link to a folder; links to folders are not followed.',
  hint: 'Share manifests through `bases`.',
};
