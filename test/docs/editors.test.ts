import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { document, root } from './documents.js';

const { text, code } = document('docs/editors.md');
const [settingsText = ''] = code.filter((block) => block.includes('yaml.schemas'));
const settings: { 'yaml.schemas': Record<string, string[]> } = JSON.parse(settingsText);
const mapping = Object.entries(settings['yaml.schemas']);

const manifests = readdirSync(path.join(root, 'environments'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => `environments/${file.replaceAll(path.sep, '/')}`);

/** The kind that a schema is of. */
function kindOf(schema: string): unknown {
  return JSON.parse(readFileSync(path.join(root, schema), 'utf8')).title;
}

describe('the settings for an editor', () => {
  it('name schemas that there are', () => {
    expect(mapping).toHaveLength(3);
    for (const [schema] of mapping) expect(schema).toMatch(/^\.\/schemas\/[a-z-]+\.schema\.json$/);
    expect(mapping.filter(([schema]) => !existsSync(path.join(root, schema)))).toEqual([]);
    const others = [...text.matchAll(/"(\.\/schemas\/[^"]+)"/g)].map(([, schema = '']) => schema);
    expect(others.filter((schema) => !existsSync(path.join(root, schema)))).toEqual([]);
  });

  it('give each manifest of the demo the schema of its kind, and only that', () => {
    expect(manifests.length).toBeGreaterThan(8);
    for (const file of manifests) {
      const matching = mapping.filter(([, patterns]) => patterns.some((one) => path.posix.matchesGlob(file, one)));
      const [one] = parseAllDocuments(readFileSync(path.join(root, file), 'utf8'));
      expect([file, ...matching.map(([schema]) => kindOf(schema))]).toEqual([file, one?.get('kind')]);
    }
  });

  it('say the same as the first line of each manifest', () => {
    for (const file of manifests) {
      const [first = ''] = readFileSync(path.join(root, file), 'utf8').split('\n');
      const target = path.posix.join(path.posix.dirname(file), first.replace('# yaml-language-server: $schema=', ''));
      const [schema] = mapping.find(([, patterns]) => patterns.some((one) => path.posix.matchesGlob(file, one))) ?? [];
      expect([file, `./${target}`]).toEqual([file, schema]);
    }
  });
});
