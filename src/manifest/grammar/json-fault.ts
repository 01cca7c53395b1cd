import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import type { TextFinding } from './text-finding.js';

/** As deep as manifests may be: the visitor calls itself for each level. */
const maxDepth = 100;

const reasons: ReadonlyMap<string, string> = new Map([
  ['InvalidSymbol', 'this is neither a value of JSON nor text in double quotes'],
  ['InvalidNumberFormat', 'this is not a number of JSON'],
  ['PropertyNameExpected', 'a key in double quotes belongs here'],
  ['ValueExpected', 'a value belongs here'],
  ['ColonExpected', 'a : belongs here'],
  ['CommaExpected', 'a , belongs here'],
  ['CloseBraceExpected', 'a } is missing'],
  ['CloseBracketExpected', 'a ] is missing'],
  ['EndOfFileExpected', 'nothing may follow the first value'],
  ['InvalidCommentToken', 'JSON has no comments'],
  ['UnexpectedEndOfComment', 'JSON has no comments'],
  ['UnexpectedEndOfString', 'this text is not closed in its line'],
  ['UnexpectedEndOfNumber', 'this is not a number of JSON'],
  ['InvalidUnicode', 'this is not an escape of JSON'],
  ['InvalidEscapeCharacter', 'this is not an escape of JSON; write \\ itself as \\\\'],
  ['InvalidCharacter', 'text can’t hold this character as it is: write it as an escape'],
]);

/** The first place where a text that is not JSON (RFC 8259) goes wrong, and why. */
export function jsonFault(text: string): TextFinding {
  let finding: TextFinding = notJson('it can’t be read', 0);
  let depth = 0;
  const begin = (offset: number) => {
    depth += 1;
    if (depth <= maxDepth) return;
    finding = { code: 'too-deep', offset, message: `The file is nested deeper than ${maxDepth} levels.` };
    throw new Stopped();
  };
  const end = () => {
    depth -= 1;
  };
  const onError = (error: ParseErrorCode, offset: number) => {
    finding = notJson(reasonOf(printParseErrorCode(error), text.slice(0, offset)), offset);
    throw new Stopped();
  };
  try {
    visit(
      text,
      { onObjectBegin: begin, onArrayBegin: begin, onObjectEnd: end, onArrayEnd: end, onError },
      { disallowComments: true },
    );
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return finding;
}

function reasonOf(error: string, before: string): string {
  const afterComma = error === 'ValueExpected' || error === 'PropertyNameExpected';
  if (afterComma && before.trimEnd().endsWith(',')) return 'something must follow the , before this';
  return reasons.get(error) ?? 'it can’t be read';
}

class Stopped extends Error {}

function notJson(reason: string, offset: number): TextFinding {
  return { code: 'json-syntax', offset, message: `The file is not JSON: ${reason}.` };
}
