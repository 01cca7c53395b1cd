import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** One of the project's documents, and what tests want of it. */
export interface Document {
  /** From the project's root, with `/`. */
  readonly file: string;
  readonly text: string;
  /** The contents of its code blocks and its inline code. */
  readonly code: readonly string[];
  /** Its headings' texts. */
  readonly headings: readonly string[];
}

/** Every Markdown document for users and maintainers. */
export function documents(): Document[] {
  const files = [
    ...readdirSync(root).filter((name) => name.endsWith('.md')),
    ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name.replaceAll(path.sep, '/')}`),
  ];
  return files.map(document);
}

/** One document by its file. */
export function document(file: string): Document {
  const text = readFileSync(path.join(root, file), 'utf8');
  const blocks = [...text.matchAll(/^```[^\n]*\n(.*?)^```$/gmsu)].map(([, block = '']) => block);
  const prose = text.replaceAll(/^```[^\n]*\n.*?^```$/gmsu, '');
  const inline = [...prose.matchAll(/`([^`\n]+)`/gu)].map(([, code = '']) => code);
  const headings = [...prose.matchAll(/^#+ (.+)$/gmu)].map(([, heading = '']) => heading);
  return { file, text, code: [...blocks, ...inline], headings };
}

/** The part of a text below a heading, to the next of its level. */
export function section(text: string, heading: string): string {
  const start = text.indexOf(`\n## ${heading}\n`);
  if (start === -1) throw new Error(`there is no heading ${heading}`);
  const end = text.indexOf('\n## ', start + 1);
  return text.slice(start, end === -1 ? undefined : end);
}

/** The anchor that GitHub gives a heading. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
