import { Document, isMap, isScalar, type Pair, type Scalar, visit } from 'yaml';
import type { JsonObject } from '../model/json.js';
import { pointerSegments } from '../model/pointer.js';

/** What a manifest's text has besides its value. */
export interface ManifestNotes {
  /** The path from the manifest's folder to its schema, for editors. */
  readonly schema: string;
  /** What the document is for, in front of it. */
  readonly head?: string;
  /** Comments above members, by the members' JSON Pointers. */
  readonly comments?: Readonly<Record<string, string>>;
}

/**
 * A manifest as YAML 1.2 text that `parse` reads back as the same value. What YAML 1.1 would read differently (`on`,
 * `2026-01-01`) is quoted as well; characters that nobody sees are escapes. Throws for what YAML can't hold: half
 * characters. Comments are ours alone: text from elsewhere does not belong there.
 */
export function manifestText(value: JsonObject, { schema, head, comments = {} }: ManifestNotes): string {
  const document = new Document(value, { version: '1.2', compat: 'yaml-1.1', aliasDuplicateObjects: false });
  // Above the mapping, not the document: there an empty line would follow.
  if (document.contents !== null) document.contents.commentBefore = headLines(schema, head);
  for (const [path, text] of Object.entries(comments)) {
    const key = keyAt(document, pointerSegments(path));
    if (key !== undefined) key.commentBefore = asComment(text);
  }
  visit(document, { Scalar: (_key, scalar) => quoteUnseen(scalar) });
  const text = document.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: true });
  return text.replace(unseen, escapeOf);
}

function headLines(schema: string, head: string | undefined): string {
  const modeline = ` yaml-language-server: $schema=${schema}`;
  return head === undefined ? modeline : `${modeline}\n \n${asComment(head)}`;
}

function asComment(text: string): string {
  return text.replaceAll(/^/gm, ' ');
}

function keyAt(document: Document, path: readonly string[]): Scalar | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair: Pair | undefined = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
  return isScalar(pair?.key) ? pair.key : undefined;
}

/**
 * Characters that a reader of the file would not see, or see elsewhere than they are (docs/security.md, "Output"), but
 * for the line feed and the tab. Only double quotes have escapes, so whatever holds one of these gets them.
 */
const unseen = /[^\P{Cc}\n\t]|[\p{Cf}\u2028\u2029\u{e0000}-\u{e0fff}]/gu;

/** Several lines, the first indented or one of blanks alone: as a block, yaml 2.9 loses some of these blanks. */
const unsafeInBlock = /^[ \t][^\n]*\n|\n[ \t]+(\n|$)/;

function quoteUnseen(scalar: Scalar): void {
  if (typeof scalar.value !== 'string') return;
  if (!scalar.value.isWellFormed()) throw new Error('a manifest can not hold half a character (a lone surrogate)');
  if (scalar.value.search(unseen) !== -1 || unsafeInBlock.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
