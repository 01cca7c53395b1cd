import type { Catalog, CatalogModel, CatalogProfile } from '../../model/generated/catalog.js';
import { nearestAmong } from '../../model/nearest.js';
import type { Resource } from '../../model/resource.js';
import { member } from './member.js';
import type { ResourceFinding } from './resource-finding.js';

/** The codes of errors that say nothing of the manifests alone: another catalogue may have what this one has not. */
export const catalogCodes: ReadonlySet<string> = new Set([
  'unknown-model',
  'unknown-profile',
  'locale-mismatch',
  'missing-feature',
]);

const extractionPaths = [
  ['acousticFeatureExtraction'],
  ['audioProcessingOptions', 'acousticFeatureExtraction', 'mode'],
];

/** Where an engine's spec asks for something that only the catalogue can tell. */
export const catalogPaths: readonly (readonly string[])[] = [
  ['acousticModelId'],
  ['languageProfileId'],
  ...extractionPaths,
];

/**
 * What engines ask for and a catalogue has not: a model, a profile, the same locale for both, an extraction (docs/manifests.md,
 * "The catalogue"). Values of a wrong type are passed over. `environment` is set where the catalogue is that environment's
 * committed one, which may be older than what CXone has.
 */
export function catalogFindings(
  resources: readonly Resource[],
  catalog: Catalog,
  environment?: string,
): ResourceFinding[] {
  const models = new Map(catalog.models.map((model) => [model.id, model]));
  const profiles = new Map(catalog.profiles.map((profile) => [profile.id, profile]));
  const profilesOf = byLocale(catalog.profiles);
  const refresh = environment === undefined ? [] : [`If it is new, run \`cxone-gitops catalog ${environment}\`.`];
  const idKinds = {
    acousticModelId: { code: 'unknown-model', rows: models, meant: nearestAmong([...models.keys()]) },
    languageProfileId: { code: 'unknown-profile', rows: profiles, meant: nearestAmong([...profiles.keys()]) },
  };

  return resources.flatMap((resource) => {
    if (resource.identity.kind !== 'SpeechEngine') return [];
    const modelId = member(resource.spec, 'acousticModelId');
    const profileId = member(resource.spec, 'languageProfileId');
    const model = typeof modelId === 'string' ? models.get(modelId) : undefined;
    const profile = typeof profileId === 'string' ? profiles.get(profileId) : undefined;
    return [
      ...idFindings('acousticModelId', resource, modelId),
      ...idFindings('languageProfileId', resource, profileId),
      ...(model === undefined || profile === undefined ? [] : localeFindings(resource, model, profile, profilesOf)),
      ...(model === undefined ? [] : featureFindings(resource, model)),
    ];
  });

  function idFindings(name: IdName, resource: Resource, id: unknown): ResourceFinding[] {
    if (typeof id !== 'string') return [];
    const { code, rows, meant } = idKinds[name];
    const row = rows.get(id);
    const at = { resource, path: `/spec/${name}` };
    if (row !== undefined) return statusFindings(at, name, row);
    const other = otherName[name];
    const guess = idKinds[other].rows.has(id) ? [`Write it under ${other}.`] : didYouMean(meant(id));
    const hint = [...guess, ...refresh].join(' ');
    const message = `${name} ${id} is not in the organisation's catalogue.`;
    return [{ ...at, code, message, ...(hint !== '' && { hint }) }];
  }
}

type IdName = 'acousticModelId' | 'languageProfileId';

const otherName = { acousticModelId: 'languageProfileId', languageProfileId: 'acousticModelId' } as const;

function didYouMean(meant: string | undefined): string[] {
  return meant === undefined ? [] : [`Did you mean \`${meant}\`?`];
}

/** Engines that run on it go on running, as far as anybody knows: a warning. */
function statusFindings(
  at: Pick<ResourceFinding, 'resource' | 'path'>,
  name: IdName,
  { id, status }: CatalogModel | CatalogProfile,
): ResourceFinding[] {
  if (status === undefined || status.toLowerCase() === 'active') return [];
  const message = `${name} ${id} is ${status} in the organisation's catalogue, not active.`;
  const hint = 'Move to another one while this one still works.';
  return [{ ...at, severity: 'warning', code: 'not-active', message, hint }];
}

function localeFindings(
  resource: Resource,
  model: CatalogModel,
  profile: CatalogProfile,
  profilesOf: ReadonlyMap<string, readonly string[]>,
): ResourceFinding[] {
  if (model.locale === undefined || profile.locale === undefined) return [];
  const locale = comparable(model.locale);
  if (locale === comparable(profile.locale)) return [];
  const fitting = profilesOf.get(locale) ?? [];
  const message = `languageProfileId ${profile.id} is for ${profile.locale}, and acousticModelId ${model.id} for ${model.locale}.`;
  const hint =
    fitting.length === 0
      ? `No profile is for ${model.locale}: name another model.`
      : `For ${model.locale} there is ${listed(fitting)}.`;
  return [{ resource, code: 'locale-mismatch', path: '/spec/languageProfileId', message, hint }];
}

/** The ids of profiles by the locale that they are for. */
function byLocale(profiles: readonly CatalogProfile[]): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>();
  for (const { id, locale } of profiles) {
    if (locale === undefined) continue;
    const known = ids.get(comparable(locale));
    if (known === undefined) ids.set(comparable(locale), [id]);
    else known.push(id);
  }
  return ids;
}

/** BCP 47 tags are compared without regard to case (RFC 5646 §2.1.1). */
function comparable(locale: string): string {
  return locale.toLowerCase();
}

function listed(ids: readonly string[]): string {
  const more = ids.length > 3 ? ` and ${ids.length - 3} more` : '';
  return `${ids.slice(0, 3).join(', ')}${more}`;
}

const extractions = ['standard', 'enhanced', 'high_decibel'];

/**
 * Only where the features speak of extractions at all: their vocabulary is assumed (docs/cxone-api.md, "The catalogue").
 * What both spellings ask for is one mistake.
 */
function featureFindings(resource: Resource, { id, features = [] }: CatalogModel): ResourceFinding[] {
  const offered = extractions.filter((extraction) => features.includes(extraction));
  if (offered.length === 0) return [];
  const lacking = new Map<string, readonly string[]>();
  for (const path of extractionPaths) {
    const asked = member(resource.spec, ...path);
    if (typeof asked !== 'string' || !extractions.includes(asked) || offered.includes(asked)) continue;
    if (!lacking.has(asked)) lacking.set(asked, path);
  }
  return [...lacking].map(([asked, path]) => {
    const message = `${path.join('.')} is ${asked}, which the model ${id} lacks here: its features are ${offered.join(', ')}.`;
    const hint = "Use one of these; the organisation's licence tier may not have the others.";
    return { resource, code: 'missing-feature', path: `/spec/${path.join('/')}`, message, hint };
  });
}
