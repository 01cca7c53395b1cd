const longest = 60;

/**
 * A file's name from a name of anything (docs/security.md, "Ids, paths, names"): letters without their marks, lower case,
 * digits, and `-` for all else. `fallback` where nothing is left.
 */
export function slug(name: string, fallback: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const dashed = plain.replaceAll(/[^a-z0-9]+/g, '-').slice(0, longest);
  return dashed.replaceAll(/^-|-$/g, '') || fallback;
}
