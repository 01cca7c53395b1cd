import { covers, EXTRACTION_TIERS, type Tier } from './catalogue.js';
import type { Engine, EngineSettings } from './engine.js';
import { isJsonObject } from './json-object.js';
import { type Detail, Refusal, refuseInvalid } from './refusal.js';
import type { Simulation } from './simulation.js';

/**
 * Throws the Refusal that the API answers to an engine with `settings`; `before` is the engine that a PATCH changes.
 * The order is: what the body says (400), the licence (403), name and version (409), the splits of the name (400).
 */
export function checkEngine(sim: Simulation, settings: EngineSettings, before?: Engine): void {
  const details: Detail[] = [];
  checkSplitFlag(settings, details);
  checkLocales(sim, settings, details);
  refuseInvalid(details);
  checkLicence(sim, settings, before);
  checkUnique(sim, settings, before);
  checkSplitSum(sim, settings, before);
}

function checkSplitFlag(settings: EngineSettings, details: Detail[]): void {
  const expected = settings.trafficSplit > 0;
  if (settings.abTestingEnabled === expected) return;
  const message = `must be ${expected} while trafficSplit is ${settings.trafficSplit}`;
  details.push({ field: 'abTestingEnabled', code: 'split_flag', message });
}

function checkLocales(sim: Simulation, settings: EngineSettings, details: Detail[]): void {
  const model = sim.store.models.get(settings.acousticModelId);
  const profile = sim.store.profiles.get(settings.languageProfileId);
  if (model === undefined) {
    const message = `no acoustic model ${JSON.stringify(settings.acousticModelId)}`;
    details.push({ field: 'acousticModelId', code: 'unknown_model', message });
  }
  if (profile === undefined) {
    const message = `no language profile ${JSON.stringify(settings.languageProfileId)}`;
    details.push({ field: 'languageProfileId', code: 'unknown_profile', message });
  }
  if (model === undefined || profile === undefined) return;
  if (model.locale.toLowerCase() === profile.locale.toLowerCase()) return;
  const message = `the profile's locale ${profile.locale} is not the model's locale ${model.locale}`;
  details.push({ field: 'languageProfileId', code: 'locale_mismatch', message });
}

/** What an engine needs a licence for. What it had before the PATCH is not asked again. */
function checkLicence(sim: Simulation, settings: EngineSettings, before: Engine | undefined): void {
  const had = before === undefined ? new Map<string, Need>() : needsOf(sim, before.settings);
  for (const [key, need] of needsOf(sim, settings)) {
    if (had.has(key) || covers(sim.tier, need.tier)) continue;
    const message = `The licence tier ${sim.tier} of organisation ${sim.org} lacks ${need.what} (needs ${need.tier}).`;
    const details = [{ field: need.field, code: 'licence_tier', message: `needs the licence tier ${need.tier}` }];
    throw new Refusal(403, 'licence_tier', message, { details });
  }
}

interface Need {
  field: string;
  what: string;
  tier: Tier;
}

function needsOf(sim: Simulation, settings: EngineSettings): Map<string, Need> {
  const needs = new Map<string, Need>();
  const add = (field: string, what: string, tier: Tier) => needs.set(`${field} ${what}`, { field, what, tier });
  const model = sim.store.models.get(settings.acousticModelId);
  if (model !== undefined) add('acousticModelId', model.id, model.tier);
  const extraction = settings.acousticFeatureExtraction;
  add('acousticFeatureExtraction', extraction, EXTRACTION_TIERS[extraction]);
  const pipeline = settings.audioProcessingOptions?.acousticFeatureExtraction;
  const mode = isJsonObject(pipeline) ? pipeline.mode : undefined;
  if (mode === 'enhanced' || mode === 'high_decibel') {
    add('audioProcessingOptions.acousticFeatureExtraction.mode', mode, EXTRACTION_TIERS[mode]);
  }
  return needs;
}

function checkUnique(sim: Simulation, settings: EngineSettings, before: Engine | undefined): void {
  if (!sim.assume.unique || before?.settings.name === settings.name) return;
  for (const other of sim.store.enginesNamed(settings.name)) {
    if (other.settings.version !== settings.version) continue;
    const message = `Engine ${other.speechEngineId} already has the name ${JSON.stringify(settings.name)} and version ${settings.version}.`;
    throw new Refusal(409, 'conflict', message, { details: [{ field: 'version', code: 'not_unique', message }] });
  }
}

/** A PATCH that raises nothing is let through even where a control path has left the sum above 100. */
function checkSplitSum(sim: Simulation, settings: EngineSettings, before: Engine | undefined): void {
  const sameName = before?.settings.name === settings.name;
  if (before !== undefined && sameName && settings.trafficSplit <= before.settings.trafficSplit) return;
  let sum = settings.trafficSplit;
  for (const other of sim.store.enginesNamed(settings.name)) {
    if (other.speechEngineId !== before?.speechEngineId) sum += other.settings.trafficSplit;
  }
  if (sum <= 100 || settings.trafficSplit === 0) return;
  const message = `the traffic splits of ${JSON.stringify(settings.name)} would sum to ${sum}, more than 100`;
  refuseInvalid([{ field: 'trafficSplit', code: 'split_sum', message }]);
}
