import type { Extraction } from './engine.js';

/** Licence tiers, from least to most. */
export const TIERS = ['standard', 'enhanced', 'premium'] as const;
export type Tier = (typeof TIERS)[number];

/** The least tier that licenses an extraction. */
export const EXTRACTION_TIERS: Readonly<Record<Extraction, Tier>> = {
  standard: 'standard',
  enhanced: 'enhanced',
  high_decibel: 'premium',
};

/** An acoustic model. `features` are the extractions that it was trained for, whatever the organisation licenses. */
export interface Model {
  id: string;
  name: string;
  locale: string;
  tier: Tier;
  features: readonly string[];
  status: string;
}

/** A language profile. */
export interface Profile {
  id: string;
  name: string;
  locale: string;
  status: string;
}

/** Whether an organisation that licenses `licensed` may use what needs `needed`. */
export function covers(licensed: Tier, needed: Tier): boolean {
  return TIERS.indexOf(licensed) >= TIERS.indexOf(needed);
}

/** The features that an organisation of this tier is told: what it has no licence for, its models can't do for it. */
export function licensedFeatures({ features }: Pick<Model, 'features'>, licensed: Tier): string[] {
  const tiers: ReadonlyMap<string, Tier> = new Map(Object.entries(EXTRACTION_TIERS));
  return features.filter((feature) => covers(licensed, tiers.get(feature) ?? 'standard'));
}

/** The acoustic models that a new simulator offers: nine locales, three tiers. */
export function seededModels(): Model[] {
  return MODELS.map(([id, locale, tier, status]) => ({
    id,
    name: `Acoustic model ${id}`,
    locale,
    tier,
    features: ['standard', 'enhanced', 'high_decibel'],
    status,
  }));
}

/** The language profiles that a new simulator offers. */
export function seededProfiles(): Profile[] {
  return PROFILES.map(([id, locale]) => ({ id, name: `Language profile ${id}`, locale, status: 'active' }));
}

const MODELS: readonly (readonly [id: string, locale: string, tier: Tier, status: string])[] = [
  ['us-en-acoustic-model-v3', 'en-US', 'standard', 'deprecated'],
  ['us-en-acoustic-model-v4', 'en-US', 'standard', 'active'],
  ['us-en-acoustic-model-v5', 'en-US', 'premium', 'active'],
  ['gb-en-acoustic-model-v4', 'en-GB', 'standard', 'active'],
  ['gb-en-acoustic-model-v5', 'en-GB', 'enhanced', 'active'],
  ['au-en-acoustic-model-v2', 'en-AU', 'standard', 'active'],
  ['es-us-acoustic-model-v3', 'es-US', 'standard', 'active'],
  ['es-us-acoustic-model-v4', 'es-US', 'enhanced', 'active'],
  ['fr-ca-acoustic-model-v2', 'fr-CA', 'standard', 'active'],
  ['de-de-acoustic-model-v3', 'de-DE', 'standard', 'active'],
  ['de-de-acoustic-model-v4', 'de-DE', 'premium', 'active'],
  ['fr-fr-acoustic-model-v3', 'fr-FR', 'enhanced', 'active'],
  ['ja-jp-acoustic-model-v2', 'ja-JP', 'standard', 'active'],
  ['ja-jp-acoustic-model-v3', 'ja-JP', 'enhanced', 'active'],
  ['pt-br-acoustic-model-v2', 'pt-BR', 'standard', 'active'],
];

/** The Australian profile spells its locale in lower case, as BCP 47 allows: locales compare without regard to case. */
const PROFILES: readonly (readonly [id: string, locale: string])[] = [
  ['us-en-language-profile', 'en-US'],
  ['us-en-finance-language-profile', 'en-US'],
  ['gb-en-language-profile', 'en-GB'],
  ['au-en-language-profile', 'en-au'],
  ['es-us-language-profile', 'es-US'],
  ['fr-ca-language-profile', 'fr-CA'],
  ['de-de-language-profile', 'de-DE'],
  ['fr-fr-language-profile', 'fr-FR'],
  ['ja-jp-language-profile', 'ja-JP'],
  ['pt-br-language-profile', 'pt-BR'],
];
