import { quoted } from '../value-words.js';
import type { TextFinding } from './text-finding.js';
import type { XmlElement } from './xml-element.js';

/** Where the parser was when it found an error. */
export interface XmlSituation {
  /** Where it looks. */
  readonly position: number;
  /** Where the last tag began, and where the last piece of markup ended. */
  readonly start: number;
  readonly textFrom: number;
  readonly open: readonly XmlElement[];
  /** The element that was closed last. */
  readonly closed: XmlElement | undefined;
}

const inCharacterData = [
  ['<!--', 'This comment is never closed.', 'Add -->'],
  ['<![CDATA[', 'This CDATA section is never closed.', 'Add ]]>'],
  ['<', 'This tag is never finished.', 'Add >'],
  ['&', strayAmpersand().message, strayAmpersand().hint],
] as const;

/** What saxes says is wrong; for the mistakes that people make most, in better words and at a better place. */
export function notWellFormed(text: string, words: string, situation: XmlSituation): TextFinding {
  const { position, start } = situation;
  if (words.startsWith('unclosed tag') || words === 'unexpected end.') return unfinished(text, situation);
  if (words === 'unexpected close tag.' || words.startsWith('unmatched closing tag')) {
    return wrongCloseTag(text, text.lastIndexOf('</', position - 1), situation);
  }
  if (words.includes('entity')) {
    const { message, hint } = strayAmpersand();
    return fault(text.lastIndexOf('&', position - 1), message, hint);
  }
  if (words.startsWith('text data outside')) return textOutside(text, situation.textFrom);
  // These are found when the whole tag is read.
  const atTag = /^(duplicate attribute|unbound namespace prefix|documents may contain)/.test(words);
  const offset = atTag ? start : Math.max(0, Math.min(position, text.length) - 1);
  return fault(offset, `The grammar is not well-formed XML: ${words.replace(/[^.]$/, '$&.')}`);
}

/** The text ends too early: in a piece of markup that began after the last whole one, else in an element. */
function unfinished(text: string, { textFrom, open, closed }: XmlSituation): TextFinding {
  const rest = text.slice(textFrom);
  const at = rest.search(/[<&]/);
  const known = at === -1 ? undefined : inCharacterData.find(([opening]) => rest.startsWith(opening, at));
  if (known !== undefined) return fault(textFrom + at, known[1], known[2]);
  const element = open.at(-1) ?? closed;
  if (element === undefined) return fault(text.length, 'The grammar ends in the middle of something.');
  return fault(element.offset, `${quoted(element.name)} is never closed.`, `Add </${element.name}>.`);
}

function strayAmpersand() {
  return {
    message: 'This & begins none of the entities that XML has: &amp; &lt; &gt; &quot; &apos;',
    hint: 'Write & itself as &amp;',
  };
}

/** It closes an element around the innermost one, or none that is open. */
function wrongCloseTag(text: string, offset: number, { open, closed }: XmlSituation): TextFinding {
  const name = /[^\s>]*/.exec(text.slice(offset + 2, offset + 100))?.[0] ?? '';
  const tag = quoted(`</${name}>`);
  if (closed !== undefined && open.some((element) => element.name === name)) {
    return fault(
      offset,
      `${tag} stands where ${quoted(closed.name)} is still open.`,
      `Add </${closed.name}> before it.`,
    );
  }
  return fault(offset, `${tag} closes nothing that is open.`, 'Leave it out, or open it before.');
}

function textOutside(text: string, from: number): TextFinding {
  const offset = from + Math.max(0, text.slice(from).search(/\S/));
  const message = 'This text is outside of the root element.';
  if (!text.startsWith('#ABNF')) return fault(offset, message);
  return fault(offset, 'This is the ABNF form of SRGS.', 'Write the grammar in the XML form.');
}

function fault(offset: number, message: string, hint?: string): TextFinding {
  return { code: 'xml-syntax', offset, message, ...(hint !== undefined && { hint }) };
}
