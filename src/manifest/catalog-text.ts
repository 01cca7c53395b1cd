import type { Catalog } from '../model/generated/catalog.js';

/**
 * The text of a catalog.json: a line a model or profile, so that a review shows what changed. The same catalogue always
 * gives the same text.
 */
export function catalogText({ formatVersion, models, profiles }: Catalog): string {
  return `{
  "formatVersion": ${formatVersion},
  "models": ${listText(models)},
  "profiles": ${listText(profiles)}
}
`;
}

function listText(rows: readonly object[]): string {
  if (rows.length === 0) return '[]';
  // Line feeds within texts are escaped: those that are left are the indentation's.
  const lines = rows.map((row) => `    ${JSON.stringify(row, null, 1).replaceAll(/\n */g, ' ')}`);
  return `[\n${lines.join(',\n')}\n  ]`;
}
