import { keepHeapSmall } from './keep-heap-small.js';
import type { Refusal } from './refusal.js';

/**
 * What the files of an environment and of its bases may hold together (docs/security.md, "Bounds"): memory stays under
 * 512 MB, and time within half a minute, whatever they say. 10,000 manifests of 2 KB that hold as much as they can have
 * 20 MB, 5.7 million lexemes and 10,000 documents.
 */
const maxBytes = 64 * 1024 * 1024;
const maxLexemes = 8_000_000;
/** From here on memory counts for more than time. */
const manyLexemes = 1_000_000;
const maxDocuments = 50_000;
/** The most problems that are worked out, ten times as many as are shown: these come first in the order of the files. */
export const maxProblems = 10_000;

/** Counts what the files of one environment hold, and refuses the file or the document that goes beyond. */
export class Budget {
  private bytes = 0;
  private lexemes = 0;
  private documents = 0;
  private problems = 0;
  private over: Refusal | undefined;

  /** Why no file and no document is taken any more; undefined as long as one is. */
  get spent(): Refusal | undefined {
    return this.over;
  }

  /** Whether there is no use in reading on: nothing is taken, or nobody would read what is wrong with it. */
  get isSpent(): boolean {
    return this.over !== undefined || this.problems > maxProblems;
  }

  /** Counts a file of so many bytes. */
  takeFile(bytes: number): Refusal | undefined {
    this.bytes += bytes;
    return this.bytes > maxBytes ? this.refuse('64 MiB') : this.over;
  }

  /** Counts words and signs of YAML, right or wrong. */
  takeLexemes(count: number): Refusal | undefined {
    this.lexemes += count;
    if (this.lexemes > manyLexemes && this.lexemes - count <= manyLexemes) keepHeapSmall();
    return this.lexemes > maxLexemes ? this.refuse(`${maxLexemes.toLocaleString('en')} lexemes of YAML`) : this.over;
  }

  /** Counts a document; so many keys and values stand behind its aliases, and count as if they were written out. */
  takeDocument(aliasedValues: number): Refusal | undefined {
    this.documents += 1;
    if (this.documents > maxDocuments) return this.refuse(`${maxDocuments.toLocaleString('en')} documents`);
    return this.takeLexemes(aliasedValues);
  }

  /** Counts problems of what was read. */
  takeProblems(count: number): 'taken' | 'too many' {
    this.problems += count;
    return this.problems > maxProblems ? 'too many' : 'taken';
  }

  private refuse(bound: string): Refusal {
    this.over ??= {
      code: 'too-much',
      message: `With this, the environment and its bases hold more than ${bound}; nothing further is read.`,
      hint: 'Split the environment.',
    };
    return this.over;
  }
}
