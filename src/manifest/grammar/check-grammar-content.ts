import type { JsonObject } from '../../model/json.js';
import type { Finding } from '../manifest-document.js';
import { checkGrxml } from './check-grxml.js';
import { checkPhrases } from './check-phrases.js';
import { checkRules, type PatternCheck } from './check-rules.js';

/** What is wrong with the content of a grammar beyond its schema; paths are below the content. */
export async function checkGrammarContent(
  type: string,
  content: JsonObject,
  patterns: PatternCheck,
): Promise<readonly Finding[]> {
  switch (type) {
    case 'json':
      return checkRules(content, patterns);
    case 'list':
      return checkPhrases(content);
    case 'grxml':
      return checkGrxml(content);
    default:
      return [];
  }
}
