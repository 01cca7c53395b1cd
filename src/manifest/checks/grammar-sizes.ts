import { isJsonObject, type Json } from '../../model/json.js';
import type { Resource } from '../../model/resource.js';
import type { ResourceFinding } from './resource-finding.js';

/** In UTF-16 code units of text and one for each value (docs/security.md, "Bounds"); an engine's are sent in one request. */
const maxOfEngine = 8 * 1024 * 1024;
const maxTogether = 256 * 1024 * 1024;

/**
 * The engines whose grammars are too large, each for itself, and the first engine at which all together are: a file counts
 * for each engine that names it, since each is hashed and sent with its content.
 */
export function grammarSizes(resources: readonly Resource[]): ResourceFinding[] {
  const known = new Map<Json, number>();
  const findings: ResourceFinding[] = [];
  let together = 0;
  let isTold = false;
  for (const resource of resources) {
    const grammars = resource.spec['grammarConstraints'];
    if (!Array.isArray(grammars)) continue;
    let size = 0;
    for (const grammar of grammars) size += contentSize(grammar, known);
    if (size > maxOfEngine) {
      findings.push(tooLarge(resource, 'The grammars of this engine', '8 MiB', 'Make them smaller.'));
      continue;
    }
    together += size;
    if (together <= maxTogether || isTold) continue;
    const words = 'With these, the grammars of all engines';
    findings.push(
      tooLarge(resource, words, '256 MiB', 'A file counts for each engine that names it: split the environment.'),
    );
    isTold = true;
  }
  return findings;
}

function tooLarge(resource: Resource, thing: string, bound: string, hint: string): ResourceFinding {
  const path = '/spec/grammarConstraints';
  return { resource, code: 'grammars-too-large', path, message: `${thing} hold more than ${bound}.`, hint };
}

/** Many engines share the content of one file: it is measured once. */
function contentSize(grammar: Json, known: Map<Json, number>): number {
  const content = isJsonObject(grammar) ? grammar['content'] : undefined;
  if (content === undefined) return 0;
  const size = known.get(content) ?? sizeOf(content);
  known.set(content, size);
  return size;
}

function sizeOf(value: Json): number {
  if (typeof value === 'string') return value.length + 1;
  let size = 1;
  if (Array.isArray(value)) for (const item of value) size += sizeOf(item);
  else if (isJsonObject(value)) for (const [key, member] of Object.entries(value)) size += key.length + sizeOf(member);
  return size;
}
