import type { Catalog } from '../model/generated/catalog.js';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { isLanguageTag } from '../model/language-tag.js';
import { isValid, type Problem } from '../model/problem.js';
import { catalogText } from './catalog-text.js';
import { checkDocument } from './check-document.js';
import { decode } from './decode.js';
import { excerptOf } from './excerpt.js';
import type { Finding, SourceDocument } from './manifest-document.js';
import type { ManifestSource } from './manifest-source.js';
import { parse } from './parse.js';
import { problemIn } from './problem-in.js';
import { SourceText } from './source-text.js';

/** The name of the file, directly in an environment's folder, that holds the organisation's models and profiles. */
export const catalogFile = 'catalog.json';

/**
 * The catalogue that an environment has committed, with what is wrong in its file; neither where there is no such file. A
 * catalogue with an error is none (docs/manifests.md, "The catalogue"). Throws a KnownError where the file can't be read.
 */
export async function readCatalog(
  source: ManifestSource,
  environment: string,
): Promise<{ readonly catalog?: Catalog; readonly problems: readonly Problem[] }> {
  const path = `${environment}/${catalogFile}`;
  if (!(await source.has(path))) return { problems: [] };
  const read = await source.read(path);
  const decoded = 'bytes' in read ? decode(read.bytes) : read;
  const hint = `\`cxone-gitops catalog ${environment}\` writes the file anew.`;
  // Outside strings a tab is white space to JSON, and not always to YAML; inside them JSON has none.
  const text = new SourceText(`${source.root}/${path}`, 'text' in decoded ? decoded.text.replaceAll('\t', ' ') : '');
  if (!('text' in decoded)) return { problems: [faultIn(text, { ...decoded, offset: 0 }, hint)] };

  const asWritten = catalogAsWritten(text.text);
  if (asWritten !== undefined) return { catalog: asWritten, problems: [] };
  const parsed = isJson(text.text) ? parseJson(text.text) : { faults: [await notJson(text.text)] };
  if ('faults' in parsed) return { problems: parsed.faults.map((fault) => faultIn(text, fault, hint)) };
  const document: SourceDocument = { text, value: parsed.value, index: 0, offset: parsed.offset };
  const wrong = checkDocument('Catalog', document.value);
  // Its schema, which the type is generated from, has nothing against it.
  const catalog = wrong.length > 0 ? undefined : (document.value as unknown as Catalog);
  const findings = catalog === undefined ? wrong : [...idsTwice(catalog), ...oddLocales(catalog)];
  const problems = findings.map((finding) =>
    problemIn(document, finding.severity === 'warning' ? finding : { ...finding, hint }),
  );
  return catalog !== undefined && isValid(problems) ? { catalog, problems } : { problems };
}

/**
 * The catalogue of a text that is just as `catalog` writes it, without a look at its places: nothing is twice in it, and
 * there is nothing to place. Undefined for any other text.
 */
function catalogAsWritten(text: string): Catalog | undefined {
  if (!isJson(text)) return undefined;
  // What JSON.parse returns is JSON.
  const value = JSON.parse(text) as Json;
  if (!isJsonObject(value) || checkDocument('Catalog', value).length > 0) return undefined;
  // Its schema, which the type is generated from, has nothing against it.
  const catalog = value as unknown as Catalog;
  const wrong = catalogText(catalog) !== text || idsTwice(catalog).length > 0 || oddLocales(catalog).length > 0;
  return wrong ? undefined : catalog;
}

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // What it says has mostly no place: who wants to know looks again.
    return false;
  }
}

async function notJson(text: string): Promise<Fault> {
  const conflict = /^(?:<{7}|={7}|>{7})(?: |\r?$)/m.exec(text);
  if (conflict !== null) {
    const message = 'The file holds a merge conflict that nobody has resolved.';
    return { code: 'merge-conflict', message, offset: conflict.index };
  }
  const { jsonFault } = await import('./grammar/json-fault.js');
  return jsonFault(text);
}

/** JSON is YAML, which is read with bounds and places, and with nothing twice. */
function parseJson(
  text: string,
): { readonly value: JsonObject; readonly offset: number } | { readonly faults: readonly Fault[] } {
  const results = parse(text);
  const faults = results.flatMap((result) => ('faults' in result ? result.faults : []));
  if (faults.length > 0) return { faults };
  const [result] = results;
  if (result !== undefined && 'value' in result && isJsonObject(result.value)) {
    return { value: result.value, offset: result.offset };
  }
  return { faults: [{ code: 'wrong-type', message: 'The file does not hold a JSON object.', offset: 0 }] };
}

function faultIn(text: SourceText, { code, message, offset }: Fault, hint: string): Problem {
  const excerpt = text.text === '' ? undefined : excerptOf(text, offset);
  const at = text.locationAt(offset);
  return { severity: 'error', code, ...at, path: '', message, hint, ...(excerpt !== undefined && { excerpt }) };
}

const lists = ['models', 'profiles'] as const;

function idsTwice(catalog: Catalog): Finding[] {
  return lists.flatMap((list) => {
    const seen = new Set<string>();
    return catalog[list].flatMap(({ id }, index) => {
      if (!seen.has(id)) {
        seen.add(id);
        return [];
      }
      const message = `Two ${list} have the id ${id}.`;
      return [{ code: 'defined-twice', path: [list, String(index), 'id'], message }];
    });
  });
}

/** CXone spells them, so that nobody here can put one right: a warning. */
function oddLocales(catalog: Catalog): Finding[] {
  return lists.flatMap((list) =>
    catalog[list].flatMap(({ id, locale }, index) => {
      if (locale === undefined || isLanguageTag(locale)) return [];
      const message = `The locale of ${id}, ${JSON.stringify(locale)}, is not a BCP 47 language tag.`;
      const hint = 'A model and a profile that both spell it so are still taken to fit.';
      const path = [list, String(index), 'locale'];
      return [{ severity: 'warning', code: 'invalid-locale', path, message, hint } as const];
    }),
  );
}
