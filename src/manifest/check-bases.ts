import type { Json } from '../model/json.js';
import { nearest } from '../model/nearest.js';
import type { Finding } from './manifest-document.js';
import type { ManifestSource } from './manifest-source.js';
import { environmentFile } from './read-folder.js';

/**
 * Which of an environment's bases is none: not a folder of the root, or another environment. `name` is the environment's,
 * `folders` are those of the root.
 */
export async function checkBases(
  source: ManifestSource,
  name: string,
  bases: readonly Json[],
  folders: readonly string[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [index, base] of bases.entries()) {
    // The schema's to refuse.
    if (typeof base !== 'string') continue;
    const words = await faultOf(source, name, base, folders);
    if (words !== undefined) findings.push({ code: 'unknown-base', path: ['spec', 'bases', String(index)], ...words });
  }
  return findings;
}

async function faultOf(
  source: ManifestSource,
  name: string,
  base: string,
  folders: readonly string[],
): Promise<Pick<Finding, 'message' | 'hint'> | undefined> {
  if (base === name) {
    const hint = 'Leave it out: its own manifests are the last layer anyway.';
    return { message: "An environment can't be its own base.", hint };
  }
  if (!folders.includes(base)) {
    const meant = nearest(base, folders);
    const hint = meant === undefined ? `Folders there are: ${folders.join(', ')}.` : `Did you mean \`${meant}\`?`;
    return { message: `There is no folder ${JSON.stringify(base)} in ${source.root}.`, hint };
  }
  if (!(await source.has(`${base}/${environmentFile}`))) return undefined;
  const hint = 'Its defaults and bases would be left out. Put what is shared into a folder of its own.';
  return { message: `${base} is an environment, which can't be a base.`, hint };
}
