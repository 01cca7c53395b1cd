import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.js';

/** An environment and what is live before it is applied. */
export interface World {
  /** Manifests as a user writes them; grammar files are beside them. */
  readonly documents: readonly JsonObject[];
  readonly grammarFiles: ReadonlyMap<string, string>;
  /** For PUT /_simulator/state, in the order in which they are listed. */
  readonly engines: readonly JsonObject[];
  readonly webhooks: readonly JsonObject[];
  /** Remote ids that no manifest describes. */
  readonly unmanaged: readonly string[];
}

/**
 * Valid manifests, and live states that differ from them in any member, are missing, have another name, or have no
 * manifest. Splits of one name sum to at most 100 in git (with what is unmanaged) and live.
 */
export function worlds(): fc.Arbitrary<World> {
  return fc
    .record({
      names: fc.uniqueArray(fc.constantFrom(...engineNames), { minLength: 1, maxLength: 3 }),
      groups: fc.array(engineGroup, { minLength: 3, maxLength: 3 }),
      hooks: fc.uniqueArray(hookPlan, { maxLength: 3, selector: ({ name }) => name }),
      shuffle: fc.infiniteStream(fc.nat()),
    })
    .map(({ names, groups, hooks, shuffle }) => {
      const builder = new WorldBuilder();
      for (const [index, name] of names.entries()) addEngines(builder, name, groups[index] ?? groups[0]);
      for (const hook of hooks) addWebhook(builder, hook);
      return {
        grammarFiles: builder.grammarFiles,
        unmanaged: builder.unmanaged,
        // As JSON, so that the objects without a prototype that fast-check makes are plain ones.
        documents: JSON.parse(JSON.stringify(shuffled(builder.documents, shuffle))) as JsonObject[],
        engines: shuffled(builder.engines, shuffle),
        webhooks: shuffled(builder.webhooks, shuffle),
      };
    });
}

const engineNames = ['Production ASR Engine', 'IVR@Night/2', 'Größe "ä" 100 %', 'a'];
const versions = ['1.0.0', '1.1.0', '2.0.0-rc.1', '2.0.0+build.7'];

class WorldBuilder implements World {
  readonly documents: JsonObject[] = [];
  readonly grammarFiles = new Map<string, string>();
  readonly engines: JsonObject[] = [];
  readonly webhooks: JsonObject[] = [];
  readonly unmanaged: string[] = [];
  /** Identities of the engines in git. */
  readonly identities: string[] = [];
  /** Remote ids of those that are live. */
  readonly remoteIds = new Map<string, string>();
  /** Remote ids of unmanaged engines that have the identity of a managed one. */
  readonly twins = new Map<string, string>();
}

// What git and live say of an engine.

/** Absent, null or a value: the first two mean the default. */
function nullable<T extends Json>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(value, { freq: 5, nil: null });
}

const noiseOptions = fc.record(
  {
    enabled: nullable(fc.boolean()),
    algorithm: nullable(fc.constant('spectralSubtraction')),
    noiseFloorDb: nullable(fc.constantFrom(-90, -45, -44.5, -10)),
  },
  { requiredKeys: [] },
);

const extractionOptions = fc.record(
  {
    enabled: nullable(fc.boolean()),
    mode: nullable(fc.constantFrom('standard', 'enhanced', 'high_decibel')),
    preemphasisCoefficient: nullable(fc.constantFrom(0, 0.5, 0.97, 1)),
    frameSizeMs: nullable(fc.constantFrom(10, 20, 50)),
    hopSizeMs: nullable(fc.constantFrom(1, 5, 10)),
  },
  { requiredKeys: [] },
);

const pipeline = fc.record(
  { noiseSuppression: nullable(noiseOptions), acousticFeatureExtraction: nullable(extractionOptions) },
  { requiredKeys: [] },
);

const rule = fc.record(
  {
    id: fc.constantFrom('greeting', 'intent/billing', 'a~b', 'greeting#2'),
    pattern: fc.constantFrom('hello|hi|good morning', 'bill(ing)?'),
    confidence: fc.constantFrom(0, 0.85, 1),
  },
  { requiredKeys: ['id', 'pattern'] },
);

const jsonGrammar = fc
  .record(
    {
      version: fc.constantFrom('1.0', '1.1'),
      rules: fc.uniqueArray(rule, { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
    },
    { requiredKeys: ['rules'] },
  )
  .map((content): JsonObject => ({ type: 'json', content }));

const listGrammar = fc
  .array(fc.constantFrom('billing', 'cancel', 'Störung', 'billing#2', '0'), { minLength: 1, maxLength: 4 })
  .map((phrases): JsonObject => ({ type: 'list', content: { phrases } }));

const srgs = 'xmlns="http://www.w3.org/2001/06/grammar" version="1.0" xml:lang="de"';
const grxmlTexts = [
  `<grammar ${srgs} root="a"><rule id="a">hello</rule></grammar>`,
  `<grammar ${srgs}>\n  <rule id="ä">grüß Gott</rule>\n</grammar>\n`,
];
const grxmlGrammar = fc
  .record({ fileName: fc.constantFrom('greeting.grxml', 'menu.grxml'), text: fc.constantFrom(...grxmlTexts) })
  .map(({ fileName, text }): JsonObject => ({ type: 'grxml', content: grxmlContent(fileName, text) }));

/** As docs/semantics.md spells a grammar file. */
export function grxmlContent(fileName: string, grxml: string): JsonObject {
  return { fileName, grxml, sha256: createHash('sha256').update(grxml, 'utf8').digest('hex') };
}

const grammar = fc.oneof(
  jsonGrammar,
  listGrammar,
  grxmlGrammar,
  fc.constant<JsonObject>({ type: 'grxml', content: { fileName: 'uploaded.grxml' } }),
);

const locales = fc.constantFrom(
  { acousticModelId: 'us-en-acoustic-model-v4', languageProfileId: 'us-en-language-profile' },
  { acousticModelId: 'us-en-acoustic-model-v5', languageProfileId: 'us-en-finance-language-profile' },
  { acousticModelId: 'de-de-acoustic-model-v3', languageProfileId: 'de-de-language-profile' },
);

const members = fc.record(
  {
    description: nullable(fc.constantFrom('', 'For call centres', 'Nachts: „leise“ 🌙')),
    grammarConstraints: nullable(fc.array(grammar, { maxLength: 3 })),
    noiseSuppression: nullable(fc.boolean()),
    acousticFeatureExtraction: nullable(fc.constantFrom('standard', 'enhanced', 'high_decibel')),
    audioProcessingOptions: nullable(pipeline),
  },
  { requiredKeys: [] },
);

const engineSettings = fc.tuple(locales, members).map(([ids, rest]): JsonObject => ({ ...ids, ...rest }));

/** Manifests must spell the two settings that stand in two places alike; what is live may not. */
function withoutContradiction(settings: JsonObject): JsonObject {
  const options = memberOf(settings, 'audioProcessingOptions');
  const enabled = memberOf(memberOf(options, 'noiseSuppression'), 'enabled');
  const mode = memberOf(memberOf(options, 'acousticFeatureExtraction'), 'mode');
  return {
    ...settings,
    ...(typeof enabled === 'boolean' &&
      typeof settings['noiseSuppression'] === 'boolean' && { noiseSuppression: enabled }),
    ...(typeof mode === 'string' &&
      typeof settings['acousticFeatureExtraction'] === 'string' && { acousticFeatureExtraction: mode }),
  };
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}

const engineMembers = [
  'ids',
  'description',
  'grammarConstraints',
  'noiseSuppression',
  'acousticFeatureExtraction',
  'audioProcessingOptions',
  'trafficSplit',
];

const spelledOut: JsonObject = {
  description: '',
  grammarConstraints: [],
  noiseSuppression: true,
  acousticFeatureExtraction: 'standard',
  audioProcessingOptions: { noiseSuppression: {}, acousticFeatureExtraction: { mode: null } },
};

const enginePlan = fc.record({
  version: fc.constantFrom(...versions),
  place: fc.constantFrom('both', 'both', 'git', 'live'),
  git: engineSettings.map(withoutContradiction),
  live: engineSettings,
  /** Members in which live is as git wants it. */
  alike: fc.oneof(fc.subarray(engineMembers), fc.constant(engineMembers)),
  /** Live spells a default out where git leaves it away. */
  spelledOut: fc.boolean(),
  gitSplit: fc.nat(100),
  liveSplit: fc.nat(100),
  /** How git finds it where it is live: by its name, by a former name, or by its id (beside another of its identity). */
  found: fc.constantFrom('name', 'name', 'name', 'former', 'id', 'id beside twin', 'id beside twin'),
  grammarsAsFiles: fc.boolean(),
  wrongFlag: fc.boolean(),
  withExtras: fc.boolean(),
});
type EnginePlan = typeof enginePlan extends fc.Arbitrary<infer T> ? T : never;

const engineGroup = fc.uniqueArray(enginePlan, { minLength: 1, maxLength: 4, selector: ({ version }) => version });

function addEngines(world: WorldBuilder, name: string, plans: readonly EnginePlan[] = []): void {
  // Unmanaged versions keep their traffic, so they are served first.
  const ordered = plans.toSorted((one, other) => Number(other.place === 'live') - Number(one.place === 'live'));
  const inGit = new Budget();
  const live = new Map<string, Budget>();
  const liveBudget = (of: string) => {
    const budget = live.get(of) ?? new Budget();
    live.set(of, budget);
    return budget;
  };
  for (const plan of ordered) {
    const number = world.engines.length + world.documents.length;
    const id = `engine-${number}`;
    const identity = `SpeechEngine/${name}@${plan.version}`;
    if (plan.place === 'live') {
      const trafficSplit = inGit.take(liveBudget(name).take(plan.liveSplit));
      world.engines.push(liveEngine(id, name, plan, plan.live, trafficSplit));
      world.unmanaged.push(id);
      continue;
    }
    if (plan.place === 'both' && plan.found === 'id beside twin') {
      const trafficSplit = inGit.take(liveBudget(name).take(plan.liveSplit));
      world.engines.push(liveEngine(`${id}-twin`, name, plan, plan.live, trafficSplit));
      world.unmanaged.push(`${id}-twin`);
      world.twins.set(identity, `${id}-twin`);
    }
    const trafficSplit = inGit.take(plan.gitSplit);
    world.documents.push(engineDocument(world, id, name, plan, trafficSplit));
    world.identities.push(identity);
    if (plan.place === 'git') continue;
    const liveName = plan.found === 'former' ? `${name} (old)` : plan.found === 'id' ? `${name} (copy)` : name;
    const wanted = plan.alike.includes('trafficSplit') ? trafficSplit : plan.liveSplit;
    const settings = pick(plan);
    world.engines.push(liveEngine(id, liveName, plan, settings, liveBudget(liveName).take(wanted)));
    world.remoteIds.set(identity, id);
  }
}

/** A hundred per cent, handed out. */
class Budget {
  #left = 100;
  take(wanted: number): number {
    const taken = Math.min(wanted, this.#left);
    this.#left -= taken;
    return taken;
  }
}

function pick({ git, live, alike, spelledOut: out }: EnginePlan): JsonObject {
  const settings = { ...live };
  for (const member of alike) {
    for (const name of member === 'ids' ? ['acousticModelId', 'languageProfileId'] : [member]) {
      settings[name] = git[name] ?? (out ? spelledOut[name] : undefined) ?? null;
    }
  }
  return settings;
}

function liveEngine(
  id: string,
  name: string,
  plan: EnginePlan,
  settings: JsonObject,
  trafficSplit: number,
): JsonObject {
  return {
    ...settings,
    speechEngineId: id,
    name,
    version: plan.version,
    trafficSplit,
    ...(plan.wrongFlag && trafficSplit > 0 && { abTestingEnabled: false }),
    ...(plan.withExtras && { region: 'eu', usage: { minutes: 12 } }),
  };
}

function engineDocument(world: WorldBuilder, id: string, name: string, plan: EnginePlan, split: number): JsonObject {
  const spec: JsonObject = { ...plan.git, version: plan.version, trafficSplit: split };
  const grammars = spec['grammarConstraints'];
  if (plan.grammarsAsFiles && Array.isArray(grammars)) {
    spec['grammarConstraints'] = grammars.map((one, index) => asFile(world, `${id}/${index}`, one as JsonObject)); // Sound: we made it above.
  }
  const metadata: JsonObject = { name };
  if (plan.found === 'former') metadata['previousNames'] = [`${name} (old)`];
  if (plan.place === 'both' && plan.found.startsWith('id')) metadata['engineId'] = id;
  return { apiVersion: 'cxone-gitops/v1', kind: 'SpeechEngine', metadata, spec };
}

/** The same grammar, named as a file; the file has the bytes of another platform. */
function asFile(world: WorldBuilder, folder: string, constraint: JsonObject): JsonObject {
  const { fileName, grxml } = constraint['content'] as JsonObject; // Ours, made above.
  if (typeof fileName !== 'string' || typeof grxml !== 'string') return constraint;
  world.grammarFiles.set(`${folder}/${fileName}`, `\uFEFF${grxml.replaceAll('\n', '\r\n')}`);
  return { type: 'grxml', file: `${folder}/${fileName}` };
}

// What git and live say of a webhook.

const headerNames = ['X-QA-Signature', 'Authorization', 'x-trace'];
const eventTypes = ['speechEngineUpdated', 'speechEngineTrafficSplit'];

const hookSettings = fc.record(
  {
    callbackUrl: fc.constantFrom('https://qa.example.com/hook', 'https://ops.example.com/a/b%20c'),
    eventTypes: fc.shuffledSubarray(eventTypes, { minLength: 1 }),
    engines: fc.array(fc.nat(), { maxLength: 3 }),
    headers: nullable(fc.subarray(headerNames)),
    retryPolicy: nullable(
      fc.record(
        { maxRetries: nullable(fc.constantFrom(0, 3, 100)), retryIntervalMs: nullable(fc.constantFrom(0, 5000)) },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: ['callbackUrl', 'eventTypes', 'engines'] },
);

const hookMembers: (keyof HookSettings)[] = ['callbackUrl', 'eventTypes', 'engines', 'headers', 'retryPolicy'];
type HookSettings = typeof hookSettings extends fc.Arbitrary<infer T> ? T : never;

const hookPlan = fc.record({
  name: fc.constantFrom('QA Platform Sync', 'Ops/alerts@eu', 'hook'),
  place: fc.constantFrom('both', 'both', 'git', 'live'),
  git: hookSettings,
  live: hookSettings,
  alike: fc.oneof(fc.subarray(hookMembers), fc.constant(hookMembers)),
  /** Live names each event type twice. */
  repeated: fc.boolean(),
  former: fc.boolean(),
  /** Live, it names the twins of the engines that it should name. */
  twins: fc.boolean(),
});
type HookPlan = typeof hookPlan extends fc.Arbitrary<infer T> ? T : never;

function addWebhook(world: WorldBuilder, { name, place, git, live, alike, former, twins, repeated }: HookPlan): void {
  const webhookId = `webhook-${world.webhooks.length + 1}`;
  const named = distinct(git.engines, world.identities);
  if (place !== 'live') {
    const { engines: _indices, headers, ...rest } = git;
    const spec: JsonObject = { ...rest };
    if (named.length > 0) spec['engines'] = named;
    if (headers !== undefined) spec['headers'] = headers && Object.fromEntries(headers.map(fromEnv));
    const metadata: JsonObject = { name, ...(former && { previousNames: [`${name} (old)`] }) };
    world.documents.push({ apiVersion: 'cxone-gitops/v1', kind: 'Webhook', metadata, spec });
  }
  if (place === 'git') return;
  const settings = { ...live, ...Object.fromEntries(alike.map((member) => [member, git[member]])) };
  const ids = alike.includes('engines')
    ? named.flatMap(
        (identity) => (twins ? world.twins.get(identity) : undefined) ?? world.remoteIds.get(identity) ?? [],
      )
    : distinct(
        live.engines,
        world.engines.map((engine) => textOf(engine['speechEngineId'])),
      );
  world.webhooks.push({
    webhookId,
    name: former && place === 'both' ? `${name} (old)` : name,
    callbackUrl: settings.callbackUrl,
    filter: {
      eventTypes: repeated ? [...settings.eventTypes, ...settings.eventTypes] : settings.eventTypes,
      speechEngineIds: ids,
    },
    headers: Object.fromEntries((settings.headers ?? []).map((header) => [header, 'the value it has'])),
    retryPolicy: settings.retryPolicy ?? null,
  });
  if (place === 'live') world.unmanaged.push(webhookId);
}

function fromEnv(header: string): [string, JsonObject] {
  return [header, { fromEnv: `CXONE_WEBHOOK_${header.toUpperCase().replaceAll('-', '_')}` }];
}

function distinct(indices: readonly number[], values: readonly string[]): string[] {
  if (values.length === 0) return [];
  return [...new Set(indices.flatMap((index) => values[index % values.length] ?? []))];
}

function shuffled<T>(items: readonly T[], shuffle: fc.Stream<number>): T[] {
  const keys = [...shuffle.take(items.length)];
  return items
    .map((item, index) => ({ item, key: keys[index] ?? 0 }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ item }) => item);
}

/** Throws where there is no text, so that a test that expects one fails. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`not a text: ${JSON.stringify(value)}`);
}
