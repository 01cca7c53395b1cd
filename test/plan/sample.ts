import { kindDefinition } from '../../src/kinds/kinds.js';
import { hashJson } from '../../src/model/hash.js';
import { formatIdentity, type Identity } from '../../src/model/identity.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Live, Resource } from '../../src/model/resource.js';
import { type BuiltPlan, buildPlan, type PlanInput } from '../../src/plan/build.js';
import type { PlannedChange } from '../../src/plan/planned-change.js';

const models = { acousticModelId: 'us-en-acoustic-model-v4', languageProfileId: 'us-en-language-profile' };

/** `SpeechEngine/IVR@1.0.0` of `IVR@1.0.0`. */
export function engineId(printed: string): string {
  return `SpeechEngine/${printed}`;
}

function identityOf(printed: string): Identity & { readonly version: string } {
  const at = printed.lastIndexOf('@');
  return { kind: 'SpeechEngine', name: printed.slice(0, at), version: printed.slice(at + 1) };
}

type ResourceExtras = Partial<Pick<Resource, 'previousNames' | 'engineId'>>;

/** A manifest of an engine, named like `IVR@1.0.0`. */
export function engine(printed: string, spec: JsonObject = {}, extras: ResourceExtras = {}): Resource {
  const identity = identityOf(printed);
  return resource(identity, { ...models, version: identity.version, ...spec }, extras);
}

export function hook(name: string, spec: JsonObject = {}, extras: ResourceExtras = {}): Resource {
  const all = { callbackUrl: 'https://qa.example.com', eventTypes: ['speechEngineUpdated'], ...spec };
  return resource({ kind: 'Webhook', name }, all, extras);
}

function resource(identity: Identity, spec: JsonObject, extras: ResourceExtras): Resource {
  const file = `environments/prod/${identity.name}.yaml`;
  return { identity, spec, previousNames: [], origins: new Map(), source: { file, line: 3, column: 1 }, ...extras };
}

/** A live engine, named like `IVR@1.0.0`; its ETag is made of its id. */
export function liveEngine(remoteId: string, printed: string, over: JsonObject = {}): Live {
  const identity = identityOf(printed);
  const { name, version } = identity;
  const entity = { speechEngineId: remoteId, name, version, ...models, status: 'active', ...over };
  return { identity, remoteId, entity, etag: `"${remoteId}"` };
}

export function liveHook(remoteId: string, name: string, over: JsonObject = {}): Live {
  const filter = { eventTypes: ['speechEngineUpdated'], speechEngineIds: [] };
  const entity = { webhookId: remoteId, name, callbackUrl: 'https://qa.example.com', filter, headers: {}, ...over };
  return { identity: { kind: 'Webhook', name }, remoteId, entity };
}

export function planInput(over: Partial<PlanInput>): PlanInput {
  return {
    tool: 'cxone-gitops 0.0.0',
    environment: 'prod',
    endpoint: 'https://acme.api.nicecxone.com',
    simulated: false,
    git: { head: 'a'.repeat(40), base: null, dirty: false },
    manifestHash: 'b'.repeat(64),
    resources: [],
    live: [],
    only: [],
    guardrails: [],
    now: { ms: Date.UTC(2026, 0, 31, 12), skewMs: undefined },
    lastOutcome: () => undefined,
    ...over,
  };
}

/** The plan of valid input; throws the problems of any other. */
export function planOf(over: Partial<PlanInput>): BuiltPlan {
  const built = buildPlan(planInput(over));
  if ('plan' in built) return built;
  throw new Error(built.problems.map(({ message }) => message).join('\n'));
}

/** The problems of input that can't be planned, as `code: message`. */
export function problemsOf(over: Partial<PlanInput>): string[] {
  const built = buildPlan(planInput(over));
  if ('plan' in built) throw new Error('it can be planned');
  return built.problems.map(({ code, message }) => `${code}: ${message}`);
}

/** The change of one resource; `live` null makes it a create. */
export function change(wanted: Resource, live: Live | null): PlannedChange {
  const kind = kindDefinition(wanted.identity.kind);
  const after = kind.desiredState(wanted);
  const before = live === null ? null : kind.liveState(live.entity, (id) => id);
  return {
    id: formatIdentity(wanted.identity),
    resource: wanted,
    live,
    before,
    after,
    secrets: [],
    unchanged: before !== null && hashJson(before) === hashJson(after),
    beforeHash: before === null ? null : hashJson(before),
    payloadHash: hashJson(after),
  };
}
