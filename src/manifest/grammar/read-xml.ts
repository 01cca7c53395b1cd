import { SaxesParser, type SaxesTagNS } from 'saxes';
import { quoted } from '../value-words.js';
import { notWellFormed } from './not-well-formed.js';
import type { TextFinding } from './text-finding.js';
import type { XmlElement } from './xml-element.js';

/** Is told what an XML text holds, in order, until it returns `stop`. */
export interface XmlVisitor {
  open(element: XmlElement): 'stop' | undefined;
  close(): void;
  /** Characters that are not white space; the offset is that of the first of them. */
  text(offset: number): void;
}

const maxDepth = 100;
const namespaceOfXmlns = 'http://www.w3.org/2000/xmlns/';

/**
 * Reads an XML 1.0 text in one pass without recursion, and tells the visitor what is in it. Nothing is ever fetched: an
 * external identifier is passed over, and a DOCTYPE with declarations of its own is refused, so that there are no entities
 * but XML's five (docs/security.md, "Bounds"). Returns why it stopped before the end, undefined where it did not.
 */
export function readXml(text: string, visitor: XmlVisitor): TextFinding | undefined {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: XmlElement[] = [];
  let closed: XmlElement | undefined;
  let start = 0;
  let textFrom = 0;
  let finding: TextFinding | undefined;
  const stop = (why?: TextFinding): never => {
    finding = why;
    throw new Stopped();
  };

  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== '1.0') stop(otherVersion(text));
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') stop(otherEncoding(text, encoding));
  });
  parser.on('doctype', (declaration) => {
    if (declaration.replaceAll(/"[^"]*"|'[^']*'/g, '').includes('[')) {
      stop(declarations(text.lastIndexOf('<!DOCTYPE', parser.position)));
    }
    textFrom = parser.position;
  });
  parser.on('opentagstart', () => {
    start = text.lastIndexOf('<', parser.position - 1);
  });
  parser.on('opentag', (tag) => {
    const element = elementOf(tag, start);
    open.push(element);
    textFrom = parser.position;
    if (open.length > maxDepth) stop(tooDeep(start));
    if (visitor.open(element) === 'stop') stop();
  });
  parser.on('closetag', () => {
    closed = open.pop();
    textFrom = parser.position;
    visitor.close();
  });
  parser.on('text', (characters) => {
    if (characters.trim() === '') return;
    visitor.text(textFrom + (/\S/.exec(text.slice(textFrom, parser.position))?.index ?? 0));
  });
  parser.on('cdata', (characters) => {
    const offset = text.lastIndexOf('<![CDATA[', parser.position);
    textFrom = parser.position;
    if (characters.trim() !== '') visitor.text(offset);
  });
  parser.on('comment', () => {
    textFrom = parser.position;
  });
  parser.on('processinginstruction', () => {
    textFrom = parser.position;
  });
  // What a parser says after the first error is guesswork.
  parser.on('error', ({ message }) => {
    stop(notWellFormed(text, message, { position: parser.position, start, textFrom, open, closed }));
  });

  try {
    parser.write(text).close();
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return finding;
}

class Stopped extends Error {}

function elementOf({ name, local, uri, attributes }: SaxesTagNS, offset: number): XmlElement {
  const own = Object.values(attributes).filter((attribute) => attribute.uri !== namespaceOfXmlns);
  return { name, local, uri, attributes: own, offset };
}

function otherVersion(text: string): TextFinding {
  const message = 'The grammar says that it is not XML 1.0.';
  return { code: 'xml-version', offset: text.indexOf('version'), message, hint: 'SRGS 1.0 is XML 1.0: version="1.0"' };
}

function otherEncoding(text: string, encoding: string): TextFinding {
  const message = `The grammar is UTF-8, and says that it is ${quoted(encoding)}.`;
  return {
    code: 'xml-encoding',
    offset: text.indexOf('encoding'),
    message,
    hint: 'Write encoding="UTF-8", or leave it out.',
  };
}

function declarations(offset: number): TextFinding {
  const message = 'The DOCTYPE declares entities or elements of its own.';
  return {
    code: 'refused-doctype',
    offset,
    message,
    hint: 'Leave out what stands between [ and ], or the whole DOCTYPE.',
  };
}

function tooDeep(offset: number): TextFinding {
  return { code: 'too-deep', offset, message: `The elements are nested deeper than ${maxDepth} levels.` };
}
