import type { State } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import { formatIdentity } from '../model/identity.js';
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
  const { kind } = step.change.resource.identity;
  const live = kind === 'SpeechEngine' ? await run.writer.getEngine(remoteId) : await run.writer.getWebhook(remoteId);
  return live === undefined ? undefined : toState(run, live);
}

/** Looks for a step's identity in the list; undefined when it is not there. Throws a KnownError when there is no list. */
export async function findLiveState(run: ApplyRun, step: Step): Promise<LiveState | undefined> {
  const { kind } = step.change.resource.identity;
  const listed = kind === 'SpeechEngine' ? await run.writer.listEngines() : await run.writer.listWebhooks();
  if (listed === 'unsupported') throw new KnownError('ApiError', `${kind} resources can't be listed here`);
  const found = listed.find(({ identity }) => formatIdentity(identity) === step.change.id);
  return found === undefined ? undefined : toState(run, found);
}

/** What a state calls the resource with this id. */
export function identityResolver(run: ApplyRun): (remoteId: string) => string {
  return (remoteId) => run.identities.get(remoteId) ?? remoteId;
}

function toState(run: ApplyRun, live: Live): LiveState {
  const state = kindDefinition(live.identity.kind).liveState(live.entity, identityResolver(run));
  return { remoteId: live.remoteId, state, etag: live.etag };
}
