import type { CatalogListUpdate, CatalogUpdate } from '../model/generated/catalog-update.js';
import { counted } from './counted.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';
import { heading } from './plan-text.js';

/** What became of a catalog.json: each id that it had not, has no more or has otherwise, and the summary last. */
export function catalogUpdateText(update: CatalogUpdate, page: Page): string {
  const { models, profiles, status, file, environment } = update;
  const blocks = [
    ...(status === 'unchanged' ? [] : [heading(update, page), ...listBlock('Models', models, page)]),
    ...(status === 'unchanged' ? [] : listBlock('Profiles', profiles, page)),
    `${page.paint.bold(`Catalogue of ${environment}:`)} ${counted(models.total, 'model')}, ${counted(profiles.total, 'profile')}. ${statusWords[status](escapeTerminal(file))}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

const statusWords = {
  unchanged: (file: string) => `${file} is unchanged.`,
  written: (file: string) => `Wrote ${file}.`,
  differs: (file: string) => `${file} differs, and was left alone.`,
};

/** More than that is the first fetch of an organisation, or a new generation of everything. */
const maxIds = 100;

function listBlock(title: string, { added, removed, changed }: CatalogListUpdate, { paint }: Page): string[] {
  const lines = [
    ...added.map((id) => `    ${paint.green('+')} ${escapeTerminal(id)}`),
    ...changed.map((id) => `    ${paint.yellow('~')} ${escapeTerminal(id)}`),
    ...removed.map((id) => `    ${paint.red('-')} ${escapeTerminal(id)}`),
  ];
  if (lines.length === 0) return [];
  const more = lines.length > maxIds ? [`    and ${lines.length - maxIds} more`] : [];
  const counts = `${added.length} added, ${changed.length} changed, ${removed.length} removed`;
  return [[`${paint.bold(title)}: ${counts}`, ...lines.slice(0, maxIds), ...more].join('\n')];
}
