import type { CallOptions, CxoneReader } from '../cxone/connect.js';
import type { State } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import { formatIdentity, type Kind } from '../model/identity.js';
import { KnownError } from '../model/known-error.js';
import type { Live } from '../model/resource.js';
import type { Step } from '../plan/steps.js';
import type { ApplyRun } from './apply-run.js';

/** What the server holds of one resource now. */
export interface LiveState {
  readonly remoteId: string;
  readonly state: State;
  readonly etag: string | undefined;
}

/** Reads a step's resource by its id; undefined when there is none. Throws a KnownError when it can't be read. */
export async function readLiveState(run: ApplyRun, step: Step, remoteId: string): Promise<LiveState | undefined> {
  const live = await getByKind(run.writer, step.change.resource.identity.kind, remoteId, { finishes: true });
  return live === undefined ? undefined : toState(run, live);
}

/** Looks for a step's identity in the list; undefined when it is not there. Throws a KnownError when there is no list. */
export async function findLiveState(run: ApplyRun, step: Step): Promise<LiveState | undefined> {
  const { kind } = step.change.resource.identity;
  const listed = await listByKind(run.writer, kind, { finishes: true });
  if (listed === 'unsupported') throw new KnownError('ApiError', `${kind} resources can't be listed here`);
  const found = listed.find(({ identity }) => formatIdentity(identity) === step.change.id);
  return found === undefined ? undefined : toState(run, found);
}

/** Every resource of a kind. Throws as the client does. */
export function listByKind(reader: CxoneReader, kind: Kind, options?: CallOptions): Promise<Live[] | 'unsupported'> {
  return kind === 'SpeechEngine' ? reader.listEngines(options) : reader.listWebhooks(options);
}

/** One resource; undefined when there is none with that id. Throws as the client does. */
export function getByKind(
  reader: CxoneReader,
  kind: Kind,
  remoteId: string,
  options?: CallOptions,
): Promise<Live | undefined> {
  return kind === 'SpeechEngine' ? reader.getEngine(remoteId, options) : reader.getWebhook(remoteId, options);
}

/** What a state calls the resource with this id. */
export function identityResolver(run: ApplyRun): (remoteId: string) => string {
  return (remoteId) => run.identities.get(remoteId) ?? remoteId;
}

function toState(run: ApplyRun, live: Live): LiveState {
  const state = kindDefinition(live.identity.kind).liveState(live.entity, identityResolver(run));
  return { remoteId: live.remoteId, state, etag: live.etag };
}
