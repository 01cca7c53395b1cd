import { posix } from 'node:path';
import { isJsonObject } from '../../model/json.js';
import type { Problem } from '../../model/problem.js';
import type { ManifestDocument } from '../manifest-document.js';

/**
 * Grammar files of the environment's own folder that none of the documents names. `root` starts the paths that are shown,
 * `files` are below it. Files of a base may belong to other environments, which this one can't know.
 */
export function unusedGrammars(
  root: string,
  files: readonly string[],
  documents: readonly ManifestDocument[],
): Problem[] {
  const grammars = files.filter(isGrammar);
  if (grammars.length === 0) return [];
  const used = new Set(documents.flatMap(namedFiles));
  return grammars
    .filter((file) => !used.has(file))
    .map((file) => ({
      severity: 'warning',
      code: 'unused-grammar',
      file: `${root}/${file}`,
      line: 1,
      column: 1,
      path: '',
      message: `${posix.basename(file)}: no engine of this environment names this grammar file.`,
      hint: 'Name it under grammarConstraints, or delete it.',
    }));
}

/** GRXML anywhere; JSON only where grammars are kept, since other tools have JSON files too. */
function isGrammar(file: string): boolean {
  return file.endsWith('.grxml') || (file.endsWith('.json') && posix.dirname(file).split('/').includes('grammars'));
}

function namedFiles({ value, path }: ManifestDocument): string[] {
  const grammars = isJsonObject(value['spec']) ? value['spec']['grammarConstraints'] : undefined;
  if (!Array.isArray(grammars)) return [];
  return grammars.flatMap((grammar) => {
    const file = isJsonObject(grammar) ? grammar['file'] : undefined;
    return typeof file === 'string' ? [posix.join(posix.dirname(path), file)] : [];
  });
}
