import { isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import type { Finding } from '../manifest-document.js';
import { quoted } from '../value-words.js';
import { type PatternFault, patternFault } from './pattern-fault.js';
import type { RunSteps } from './steps.js';

/** As many as the schema allows, and as long: what is beyond is refused there. */
const maxRules = 5000;
const maxPatternLength = 1000;

/** What has been found out about patterns in this run, so that none is judged twice. */
export interface PatternCheck {
  readonly steps: RunSteps;
  readonly known: Map<string, PatternFault | undefined>;
}

/**
 * What no schema can say of the content of a JSON grammar: paths are below the content. Values that the schema refuses
 * are passed over.
 */
export async function checkRules(content: JsonObject, patterns: PatternCheck): Promise<Finding[]> {
  const { rules, fileName } = content;
  // Without rules, it names a file that CXone has (docs/cxone-api.md).
  if (rules === undefined && fileName !== undefined) return [];
  if (rules === undefined) {
    const message = 'The grammar has no rules.';
    return [{ code: 'missing-key', path: [], message, hint: 'Add them under `rules`.' }];
  }
  if (!Array.isArray(rules) || rules.length > maxRules) return [];
  const findings = idsTwice(rules);
  for (const [index, rule] of rules.entries()) {
    const pattern = isJsonObject(rule) ? rule['pattern'] : undefined;
    if (typeof pattern !== 'string' || pattern.length > maxPatternLength) continue;
    const fault = await faultOf(pattern, patterns);
    if (fault !== undefined) findings.push({ ...fault, path: ['rules', String(index), 'pattern'] });
  }
  return findings;
}

function idsTwice(rules: readonly Json[]): Finding[] {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  for (const [index, rule] of rules.entries()) {
    const id = isJsonObject(rule) ? rule['id'] : undefined;
    if (typeof id !== 'string' || !seen.has(id)) {
      if (typeof id === 'string') seen.add(id);
      continue;
    }
    const message = `Two rules have the id ${quoted(id)}.`;
    const hint = 'Rules are told apart by their ids: rename one.';
    findings.push({ code: 'rule-id-twice', path: ['rules', String(index), 'id'], message, hint });
  }
  return findings;
}

async function faultOf(pattern: string, { steps, known }: PatternCheck): Promise<PatternFault | undefined> {
  if (known.has(pattern)) return known.get(pattern);
  const fault = await patternFault(pattern, steps);
  known.set(pattern, fault);
  return fault;
}
