import { Composer, type Document, Lexer, Parser, type YAMLError } from 'yaml';
import type { Json } from '../model/json.js';
import type { Budget } from './budget.js';
import type { ParseFault } from './parse-fault.js';
import { offsetOf, type Place } from './place.js';
import { NodeReader } from './read-nodes.js';

/** A document of a YAML file, and where in the text it starts. */
export interface ParsedDocument {
  readonly value: Json;
  readonly offset: number;
  /** The place of each of its values; only where they were asked for. */
  readonly place?: Place;
}

/** A document's value, or its faults: never both, so that nothing works with half a document. */
export type ParseResult = ParsedDocument | { readonly faults: readonly ParseFault[] };

export interface ParseOptions {
  /** Whether to tell the place of each value. That takes memory that thousands of right documents never need. */
  readonly places?: boolean;
  /** What is left for documents; without it, they are not counted. */
  readonly budget?: Budget | undefined;
}

/** docs/security.md, "Bounds". */
const maxDepth = 100;
const maxDirectives = 100;
const maxFaults = 1000;
/** A file of 1 MiB has a quarter of a million when it is written by people; a document's cost memory until it is read. */
const maxLexemes = 400_000;
const maxLexemesOfDocument = 250_000;

/** What YAML 1.2 does not allow in a stream (§5.1); the lexer uses some of these as marks of its own. */
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/** A line end to YAML (§5.4) and none to its parser, which would read all lines as one. */
const loneCarriageReturn = /\r(?!\n)/;

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
 * texts are not for this function: the caller bounds them. Empty documents are left out. What can't be read ends the file:
 * the documents before it count.
 */
export function parse(text: string, { places = false, budget }: ParseOptions = {}): ParseResult[] {
  const results: ParseResult[] = [];
  const counts = new TokenCounts();
  let faults = 0;
  const { stackTraceLimit } = Error;
  // yaml makes an Error of each thing that is wrong: 200,000 stack traces take seconds, and nobody sees them.
  Error.stackTraceLimit = 0;
  try {
    for (const document of documentsOf(text, counts)) {
      const result = 'offset' in document ? { faults: [document] } : read(document, places, budget);
      const refusal = budget?.takeLexemes(counts.sinceLast());
      if (refusal !== undefined) {
        results.push({ faults: [{ ...refusal, offset: 'offset' in document ? document.offset : document.range[0] }] });
        break;
      }
      if (result !== undefined) results.push(result);
      if (result === undefined || !('faults' in result)) continue;
      faults += result.faults.length;
      if (faults < maxFaults) continue;
      const message = `The rest of the file is not read: it has ${maxFaults.toLocaleString('en')} problems up to here.`;
      results.push({ faults: [{ code: 'too-many-problems', message, offset: result.faults.at(-1)?.offset ?? 0 }] });
      break;
    }
  } catch (error) {
    const message = `The file can’t be read as YAML: ${error instanceof Error ? error.message : String(error)}`;
    results.push({ faults: [{ code: 'yaml-syntax', message, offset: 0 }] });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  // What is left is comments and empty documents: the next file tells when that is too much.
  budget?.takeLexemes(counts.sinceLast());
  return results;
}

/**
 * Parses lexeme by lexeme, yields each document when it is complete, and stops at the first bound. Of depth most of all:
 * deeper input can abort the whole process, beyond any `try`. It relies on `stack` holding one entry a level, besides the
 * document's own; a test fails when it no longer does.
 */
function* documentsOf(text: string, counts: TokenCounts): Generator<Document.Parsed | ParseFault, void> {
  const refused = refusedCharacter(text);
  if (refused !== undefined) {
    yield refused;
    return;
  }
  const parser = new Parser();
  const composer = new Composer(options);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) if (counts.take(token.type)) yield* composer.next(token);
    const fault = counts.fault() ?? depthFault(parser.stack.length);
    if (fault === undefined) continue;
    yield* composer.end();
    yield { ...fault, offset: parser.offset };
    return;
  }
  for (const token of parser.end()) if (counts.take(token.type)) yield* composer.next(token);
  yield* composer.end();
  // Of a file without any document.
  const [leftOver] = composer.streamInfo().errors;
  if (leftOver !== undefined) yield syntaxFault(leftOver);
}

function refusedCharacter(text: string): ParseFault | undefined {
  const control = controlCharacter.exec(text);
  if (control !== null) {
    const code = (control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return {
      code: 'control-character',
      message: `The file holds the control character U+${code}.`,
      offset: control.index,
    };
  }
  const carriageReturn = loneCarriageReturn.exec(text);
  if (carriageReturn === null) return undefined;
  const message = 'The file holds a carriage return (CR) without a line feed (LF).';
  return { code: 'control-character', message, hint: 'End lines with LF or CRLF.', offset: carriageReturn.index };
}

function depthFault(levels: number) {
  if (levels <= maxDepth + 1) return undefined;
  return { code: 'too-deep', message: `The file is nested deeper than ${maxDepth} levels.` };
}

/** Keeps count of what a file may have too much of. */
class TokenCounts {
  private lexemes = 0;
  private lexemesBefore = 0;
  private lexemesTold = 0;
  private directives = 0;
  private errors = 0;

  /** Whether the composer needs this token: of a document's errors the first is enough. */
  take(type: string): boolean {
    if (type === 'directive') this.directives += 1;
    if (type === 'error') this.errors += 1;
    if (type === 'document') {
      this.errors = 0;
      this.lexemesBefore = this.lexemes;
    }
    return type !== 'error' || this.errors === 1;
  }

  /** Called once a lexeme; why no more is taken. */
  fault(): Omit<ParseFault, 'offset'> | undefined {
    this.lexemes += 1;
    if (this.lexemes > maxLexemes) return tooManyValues('file', maxLexemes);
    if (this.lexemes - this.lexemesBefore > maxLexemesOfDocument) {
      return tooManyValues('document', maxLexemesOfDocument);
    }
    if (this.directives <= maxDirectives) return undefined;
    const message = `The file has more than ${maxDirectives} directives, lines that start with %.`;
    return { code: 'too-many-directives', message, hint: 'Manifests need none: leave them out.' };
  }

  /** How many lexemes there were since this was asked last. */
  sinceLast(): number {
    const count = this.lexemes - this.lexemesTold;
    this.lexemesTold = this.lexemes;
    return count;
  }
}

function tooManyValues(thing: string, bound: number): Omit<ParseFault, 'offset'> {
  const message = `The ${thing} holds more than ${bound.toLocaleString('en')} lexemes, the words and signs of YAML.`;
  return { code: 'too-many-values', message, hint: 'Split it into several files.' };
}

function read(document: Document.Parsed, places: boolean, budget: Budget | undefined): ParseResult | undefined {
  const [first] = [...document.errors, ...document.warnings];
  if (first !== undefined) return { faults: [syntaxFault(first)] };
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    const message = `YAML ${document.directives.yaml.version} reads some values differently.`;
    return { faults: [{ code: 'yaml-version', message, hint: 'Leave the %YAML directive out.', offset: 0 }] };
  }
  if (document.contents === null) return undefined;
  const reader = new NodeReader({ places, maxFaults });
  const [value, place] = reader.read(document.contents);
  if (reader.faults.length > 0) return { faults: reader.faults };
  if (value === null) return undefined;
  budget?.takeDocument(reader.aliasedValues);
  return { value, offset: offsetOf(place), ...(places && { place }) };
}

function syntaxFault({ code, message, pos }: YAMLError): ParseFault {
  // A message may repeat what it complains of, which may be all of the file.
  const short = message.length > 200 ? `${message.slice(0, 199)}…` : message;
  const sentence = short.replace(/[^.!?…]$/, '$&.');
  if (code !== 'TAG_RESOLVE_FAILED') return { code: 'yaml-syntax', message: sentence, offset: pos[0] };
  const hint = 'Manifests are plain data: leave tags out.';
  return { code: 'unknown-tag', message: sentence, hint, offset: pos[0] };
}
