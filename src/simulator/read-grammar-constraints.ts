import { createHash } from 'node:crypto';
import { grxmlFault } from './grxml-fault.js';
import {
  type Members,
  readChoice,
  readList,
  readMembers,
  readNumber,
  readText,
  readTexts,
  reject,
  rejectUnknown,
} from './members.js';

/**
 * `grammarConstraints` as given, or null. A malformed grammar is a problem; members of `content` beyond the shapes of
 * docs/cxone-api.md are left alone, because those shapes are assumed.
 */
export function readGrammarConstraints(engine: Members): readonly unknown[] | null {
  const given = engine.values.grammarConstraints ?? null;
  for (const grammar of readList(engine, 'grammarConstraints')) checkGrammar(grammar);
  return Array.isArray(given) ? given : null;
}

function checkGrammar(grammar: Members): void {
  rejectUnknown(grammar, ['type', 'content']);
  const type = readChoice(grammar, 'type', ['json', 'grxml', 'list']);
  const content = readMembers(grammar, 'content');
  if (content === undefined) {
    if ((grammar.values.content ?? null) === null) reject(grammar, 'content', 'required', 'is required');
    return;
  }
  if (type === 'json') checkRules(content);
  if (type === 'grxml') checkGrxml(content);
  if (type === 'list') checkPhrases(content);
}

/** `{ version, rules: [{ id, pattern, confidence }] }`, or a reference to an uploaded file by its name. */
function checkRules(content: Members): void {
  if (isFileReference(content, 'rules')) return;
  if (!Array.isArray(content.values.rules)) malformed(content, 'rules', 'must be a list of rules');
  readText(content, 'version', '');
  const ids = new Set<string>();
  for (const rule of Array.isArray(content.values.rules) ? readList(content, 'rules') : []) {
    const id = readText(rule, 'id');
    if (ids.has(id)) malformed(rule, 'id', `${JSON.stringify(id)} is used by two rules`);
    ids.add(id);
    readText(rule, 'pattern');
    readNumber(rule, 'confidence', { min: 0, max: 1 }, 1);
  }
}

/** `{ fileName, grxml, sha256 }`, or a reference to an uploaded file by its name. */
function checkGrxml(content: Members): void {
  if (isFileReference(content, 'grxml')) return;
  const grxml = readText(content, 'grxml');
  const fault = grxml === '' ? undefined : grxmlFault(grxml);
  if (fault !== undefined) malformed(content, 'grxml', fault);
  const sha256 = readText(content, 'sha256', '');
  if (sha256 !== '' && sha256 !== createHash('sha256').update(grxml, 'utf8').digest('hex')) {
    malformed(content, 'sha256', 'is not the SHA-256 of the grammar text');
  }
}

/** `{ phrases: [...] }`. */
function checkPhrases(content: Members): void {
  const phrases = readTexts(content, 'phrases');
  if (phrases.some((phrase) => phrase.trim() === '')) malformed(content, 'phrases', 'has an empty phrase');
}

function isFileReference(content: Members, body: string): boolean {
  const { fileName } = content.values;
  return content.values[body] === undefined && typeof fileName === 'string' && fileName.endsWith('.grxml');
}

function malformed(content: Members, name: string, message: string): void {
  reject(content, name, 'malformed_grammar', message);
}
