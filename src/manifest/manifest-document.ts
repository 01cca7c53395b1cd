import type { Identity } from '../model/identity.js';
import type { JsonObject } from '../model/json.js';
import type { SourceText } from './source-text.js';

/** A YAML document in a file. */
export interface SourceDocument {
  readonly text: SourceText;
  readonly value: JsonObject;
  /** Which result of parsing the text it is. */
  readonly index: number;
  /** Where in the text it starts. */
  readonly offset: number;
  /** Set where the document's `spec` is only this part of what the file holds: the defaults of a kind. */
  readonly specAt?: readonly string[];
}

/** A document whose identity is known, in the layer that it belongs to. */
export interface ManifestDocument extends SourceDocument {
  /** `defaults`, the name of a base, or the environment's own name. */
  readonly layer: string;
  /** Its path below the root, which names of grammar files are relative to. */
  readonly path: string;
  readonly identity: Identity;
  /** What its schema has against it; what is right in it still counts. */
  readonly findings: readonly Finding[];
}

/** What is wrong at a path in a document; at its value, unless it is the key that is wrong. */
export interface Finding {
  readonly severity?: 'warning';
  readonly code: string;
  readonly path: readonly string[];
  readonly part?: 'key';
  readonly message: string;
  readonly hint?: string;
  /** The key that an unknown key was probably meant to be. */
  readonly meant?: string;
}
