import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  Parser,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Json, JsonObject } from '../model/json.js';
import { offsetOf, type Place } from './place.js';

/** A document of a YAML file, and where in the text it starts. */
export interface ParsedDocument {
  readonly value: Json;
  readonly offset: number;
  /** The place of each of its values; only where they were asked for. */
  readonly place?: Place;
}

/** Why a file, or a document in it, can't be taken; `offset` is where in the text. */
export interface ParseFault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly offset: number;
}

/** A document's value, or its faults: never both, so that nothing works with half a document. */
export type ParseResult = ParsedDocument | { readonly faults: readonly ParseFault[] };

/** docs/security.md, "Bounds". */
const maxDepth = 100;
const maxAliases = 100;
const maxAliasedNodes = 100_000;
const maxFaults = 1000;
/** A file of 1 MiB has a quarter of a million when it is written by people; each costs memory while it is parsed. */
const maxLexemes = 400_000;

/** What YAML 1.2 does not allow in a stream (§5.1); the lexer uses some of these as marks of its own. */
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

const options = {
  version: '1.2',
  stringKeys: true,
  // yaml's own check of duplicate keys is quadratic; ours looks each key up once.
  uniqueKeys: false,
  merge: false,
  logLevel: 'error',
} as const;

/**
 * The documents of a YAML 1.2 text, each with its value or its faults; never throws for any text of at most 1 MiB. Longer
 * texts are not for this function: the caller bounds them. Empty documents are left out. Places take memory that thousands
 * of right documents never need: who needs one parses again (documentPlace).
 */
export function parse(text: string, { places = false }: { readonly places?: boolean } = {}): ParseResult[] {
  try {
    const tokens = tokensOf(text);
    if ('offset' in tokens) return [{ faults: [tokens] }];
    const results: ParseResult[] = [];
    for (const document of new Composer(options).compose(tokens, false, text.length)) {
      const result = read(document, places);
      if (result !== undefined) results.push(result);
    }
    return results;
  } catch (error) {
    const message = `The file can't be read as YAML: ${error instanceof Error ? error.message : String(error)}`;
    return [{ faults: [{ code: 'yaml-syntax', message, offset: 0 }] }];
  }
}

/**
 * Parses lexeme by lexeme and stops at the depth bound: deeper input can abort the whole process, beyond any `try`. It
 * relies on `stack` holding one entry a level, besides the document's own; a test fails when it no longer does.
 */
function tokensOf(text: string): Parameters<Composer['next']>[0][] | ParseFault {
  const control = controlCharacter.exec(text);
  if (control !== null) {
    return { code: 'control-character', message: 'The file holds a control character.', offset: control.index };
  }
  const parser = new Parser();
  const tokens = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maxDepth + 1) {
      const message = `The file is nested deeper than ${maxDepth} levels.`;
      return { code: 'too-deep', message, offset: parser.offset };
    }
    lexemes += 1;
    if (lexemes > maxLexemes) {
      return { code: 'too-many-values', message: 'The file holds too many values.', offset: parser.offset };
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function read(document: Document.Parsed, places: boolean): ParseResult | undefined {
  const [first] = [...document.errors, ...document.warnings];
  if (first !== undefined) return { faults: [syntaxFault(first)] };
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    const message = `YAML ${document.directives.yaml.version} reads some values differently.`;
    return { faults: [{ code: 'yaml-version', message, hint: 'Leave the %YAML directive out.', offset: 0 }] };
  }
  if (document.contents === null) return undefined;
  const reader = new NodeReader(places);
  const [value, place] = reader.read(document.contents);
  if (reader.faults.length > 0) return { faults: reader.faults };
  if (value === null) return undefined;
  return { value, offset: offsetOf(place), ...(places && { place }) };
}

function syntaxFault({ code, message, pos }: { code: string; message: string; pos: [number, number] }): ParseFault {
  const sentence = message.replace(/[^.!?]$/, '$&.');
  return code === 'TAG_RESOLVE_FAILED'
    ? unknownTag(sentence, pos[0])
    : { code: 'yaml-syntax', message: sentence, offset: pos[0] };
}

function unknownTag(message: string, offset: number): ParseFault {
  return { code: 'unknown-tag', message, hint: 'Manifests are plain data: leave tags out.', offset };
}

/** The tags of the core schema (YAML 1.2 §10.3), which say no more than the value does. */
const coreTag = /^(!|tag:yaml\.org,2002:(str|int|float|bool|null|map|seq))$/;

type Read = readonly [value: Json, place: Place];

/** Turns nodes into values and their places in one pass; collects what JSON, or this program, can't take. */
class NodeReader {
  private readonly places: boolean;
  readonly faults: ParseFault[] = [];
  private readonly anchors = new Map<string, { readonly result: Read; readonly size: number }>();
  private size = 0;
  private aliases = 0;
  private aliasedNodes = 0;

  constructor(places: boolean) {
    this.places = places;
  }

  read(node: unknown): Read {
    this.size += 1;
    this.checkTag(node);
    if (isScalar(node)) return this.anchored(node, this.size, this.scalar(node));
    const before = this.size;
    if (isMap(node)) return this.anchored(node, before, this.mapping(node));
    if (isSeq(node)) return this.anchored(node, before, this.list(node));
    if (isAlias(node)) return this.alias(node);
    return [null, 0];
  }

  /** yaml brings tags such as !!binary and !!omap into play by itself, whose values JSON has not. */
  private checkTag(node: unknown): void {
    const tag = isNode(node) && 'tag' in node ? node.tag : undefined;
    if (tag === undefined || coreTag.test(tag) || !isNode(node)) return;
    this.faults.push(unknownTag(`The tag ${shortened(tag)} is not known.`, node.range?.[0] ?? 0));
  }

  private anchored(node: Scalar | YAMLMap | YAMLSeq, before: number, result: Read): Read {
    // Known only now, when it is complete: an alias inside its own anchor finds nothing.
    if (node.anchor !== undefined) this.anchors.set(node.anchor, { result, size: this.size - before + 1 });
    return result;
  }

  private scalar(node: Scalar): Read {
    const at = node.range?.[0] ?? 0;
    const { value } = node;
    if (typeof value === 'string') {
      if (!value.isWellFormed()) this.fault('not-unicode', 'The text holds half a character (a lone surrogate).', at);
      return [value, at];
    }
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) {
        this.fault('number-range', 'The number is not finite, or too large to be one.', at);
      } else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        this.fault('number-range', 'The integer is beyond ±9007199254740991: it would be changed silently.', at);
      }
      return [value, at];
    }
    return [typeof value === 'boolean' ? value : null, at];
  }

  private mapping(node: YAMLMap): Read {
    const value: JsonObject = {};
    const keys: string[] = [];
    const keysAt: number[] = [];
    const inner: Place[] = [];
    for (const pair of node.items) {
      const at = isScalar(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
      // `stringKeys` makes every key text; anything else was an error of the document.
      const key = isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : '';
      if (!this.acceptsKey(key, value, at)) continue;
      const [member, place] = pair.value === null ? ([null, at] as const) : this.read(pair.value);
      value[key] = member;
      if (!this.places) continue;
      keys.push(key);
      keysAt.push(at);
      inner.push(place);
    }
    const at = node.range?.[0] ?? 0;
    return [value, this.places ? { at, keys, keysAt, inner } : at];
  }

  private acceptsKey(key: string, value: JsonObject, at: number): boolean {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype' || key === '') {
      this.fault('refused-key', key === '' ? 'A key is empty.' : `The key ${key} is not allowed.`, at);
      return false;
    }
    if (!key.isWellFormed()) {
      this.fault('not-unicode', 'The key holds half a character (a lone surrogate).', at);
      return false;
    }
    if (Object.hasOwn(value, key)) {
      this.fault('duplicate-key', `The key ${shortened(key)} is there twice.`, at, 'Keep one of them.');
      return false;
    }
    return true;
  }

  private list(node: YAMLSeq): Read {
    const value: Json[] = [];
    const inner: Place[] = [];
    for (const item of node.items) {
      const [member, place] = this.read(item);
      value.push(member);
      if (this.places) inner.push(place);
    }
    const at = node.range?.[0] ?? 0;
    return [value, this.places ? { at, inner } : at];
  }

  /** The anchor's own value again, placed at the alias; what it stands for is counted as if it were written out. */
  private alias(node: Alias): Read {
    const at = node.range?.[0] ?? 0;
    this.aliases += 1;
    const anchor = this.anchors.get(node.source);
    if (anchor === undefined) {
      this.fault('unknown-alias', `*${shortened(node.source)} names no anchor before it.`, at);
      return [null, at];
    }
    this.size += anchor.size;
    this.aliasedNodes += anchor.size;
    if (this.aliases > maxAliases || this.aliasedNodes > maxAliasedNodes) {
      this.fault(
        'too-many-aliases',
        `More than ${maxAliases} aliases, or they stand for too much.`,
        at,
        'Write it out.',
      );
      return [null, at];
    }
    const [value, place] = anchor.result;
    return [value, typeof place === 'number' ? at : { ...place, at }];
  }

  private fault(code: string, message: string, offset: number, hint?: string): void {
    const known = code === 'too-many-aliases' && this.faults.some((fault) => fault.code === code);
    if (known || this.faults.length >= maxFaults) return;
    this.faults.push({ code, message, offset, ...(hint !== undefined && { hint }) });
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
