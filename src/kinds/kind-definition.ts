import type { Kind } from '../model/identity.js';
import type { Json, JsonObject } from '../model/json.js';
import type { Resource } from '../model/resource.js';

/** The version of what a state is (docs/semantics.md, "Versions of the state"): plans and ledgers of another are refused. */
export const STATE_VERSION = 2;

/** Exactly the members of a resource that are compared and hashed (docs/semantics.md, "State"). */
export type State = JsonObject;

/** A state reshaped so that lists with keys compare by key, not by index. */
export interface KeyedView {
  readonly members: JsonObject;
  /** JSON Pointer of each list whose order is state, to its keys in order. */
  readonly orders: ReadonlyMap<string, readonly string[]>;
  /** JSON Pointer of each part that was reshaped, to how the state spells it. */
  readonly originals: ReadonlyMap<string, Json>;
}

/** A value that a manifest only names: it is a secret, and no state. */
export interface SecretSource {
  /** The webhook header that it is sent as, as the manifest spells it. */
  readonly header: string;
  /** Where a plan shows it: a JSON Pointer below `spec`, in the spelling of the state. */
  readonly path: string;
  /** Where the manifest names its variable: a JSON Pointer of the document. */
  readonly place: string;
  /** The environment variable that holds it. */
  readonly variable: string;
}

/** What a request body needs and a state does not hold. */
export interface BodyContext {
  /** Secret values are to be sent, though the state that shows their names may stay as it is. */
  readonly sendsSecrets: boolean;
  /** The manifest: a request spells names as it does, a state in lower case. */
  readonly resource: Resource;
  /** What CXone has before the request; null where nothing is live. */
  readonly live: JsonObject | null;
  /** The remote id of an identity; throws when it has none yet. */
  remoteIdOf(identity: string): string;
  /** The value of a webhook header, by its name as the manifest spells it; null where the body is only hashed; throws when its variable is unset. */
  headerValue(header: string): string | null;
}

/**
 * Everything that is particular to one kind. The rest of the program only knows this interface, but for traffic splits,
 * which engines alone have: `splitMembers` and `trafficSplitOf` of speech-engine.ts.
 */
export interface KindDefinition {
  readonly kind: Kind;
  /** The path of the collection in the API. */
  readonly collection: string;
  /** The member that holds the remote id. */
  readonly idMember: string;
  /** The `eventType` of its audit events. */
  readonly auditEventType: 'speech.engine.configuration' | 'webhook.configuration';
  /** Whether the API answers a GET of one by its id (docs/cxone-api.md). */
  readonly readById: boolean;
  /** The members of the state that make its identity. */
  readonly identityMembers: readonly string[];
  /** JSON Pointers of objects of a manifest whose names the state has in lower case. */
  readonly caseless: readonly string[];
  /** JSON Pointers of members of the state that a manifest spells elsewhere, to those of its document. */
  readonly spelledElsewhere: Readonly<Record<string, string>>;
  /** Members without which an answer is not the whole entity. */
  readonly required: readonly string[];
  /** The state that a manifest wants. */
  desiredState(resource: Resource): State;
  /** The state that CXone holds; `identityOf` prints the identity of a remote id, or the id where it is unknown. */
  liveState(entity: JsonObject, identityOf: (remoteId: string) => string): State;
  keyedView(state: State): KeyedView;
  /** The body of the POST that creates it; `state` is what shall be true right after that POST. */
  createBody(state: State, context: BodyContext): JsonObject;
  /** The body of the PATCH that leads from one state to another; changed members only, nested objects whole. */
  updateBody(before: State, after: State, context: BodyContext): JsonObject;
  /** The audit event's `action` of an update. */
  updateAction(before: State, after: State): 'UPDATE' | 'TRAFFIC_SPLIT';
  /** The secret values that a manifest names, in its order. A request sends all of them or none. */
  secretsOf(resource: Resource): readonly SecretSource[];
  /** Printed identities that must be live before this one is written. */
  dependsOn(state: State): readonly string[];
}

/** Absent and null mean the default (docs/semantics.md, "State"). */
export function orDefault(value: Json | undefined, fallback: Json): Json {
  return value === undefined || value === null ? fallback : value;
}
