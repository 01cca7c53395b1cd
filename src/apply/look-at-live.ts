import type { CxoneReader } from '../cxone/connect.js';
import type { State } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import type { OpenIntent } from '../ledger/fold.js';
import type { IntentEntry } from '../ledger/open-ledger.js';
import { hashJson } from '../model/hash.js';
import { formatIdentity, type Kind, parseIdentity } from '../model/identity.js';
import type { Live } from '../model/resource.js';
import { getByKind, listByKind } from './live-state.js';

/** What is live of a request's resource: undefined where it is not there, `'unknown'` where nobody can look. */
export type LookAt = { readonly live: Live; readonly state: State } | undefined | 'unknown';

/**
 * Reads what requests without an outcome may have made or changed. Where there are no lists, what has an id is read by
 * it. Returns how to look at one of them; `answer` is what a person said that a create made (null: nothing). Throws a
 * KnownError when a read fails.
 */
export async function lookAtLive(
  reader: CxoneReader,
  open: readonly OpenIntent[],
  liveNames: (live: readonly Live[]) => ReadonlyMap<string, string>,
): Promise<(intent: IntentEntry, answer: string | null | undefined) => LookAt> {
  const [engines, webhooks] = [await listByKind(reader, 'SpeechEngine'), await listByKind(reader, 'Webhook')];
  const listed = { SpeechEngine: engines !== 'unsupported', Webhook: webhooks !== 'unsupported' };
  const live = [engines, webhooks].flatMap((list) => (list === 'unsupported' ? [] : list));
  for (const { entry, answer } of open) {
    const remoteId = entry.remoteId ?? answer ?? null;
    if (remoteId === null || live.some((one) => one.remoteId === remoteId)) continue;
    const read = await getByKind(reader, kindOf(entry), remoteId);
    if (read !== undefined) live.push(read);
  }
  const asListed = new Map(live.map((one) => [one.remoteId, formatIdentity(one.identity)] as const));
  const asRenamed = new Map([...asListed, ...liveNames(live)]);
  return (intent, answer) => {
    const remoteId = intent.remoteId ?? answer ?? null;
    if (remoteId === null && answer === undefined && !listed[kindOf(intent)]) return 'unknown';
    const isIt = ({ identity, remoteId: its }: Live) =>
      remoteId === null ? formatIdentity(identity) === intent.id : its === remoteId;
    const found = live.find(isIt);
    if (found === undefined) return undefined;
    // The manifests of the run that sent it may not have renamed what these rename.
    const stateBy = (names: ReadonlyMap<string, string>) =>
      kindDefinition(found.identity.kind).liveState(found.entity, (id) => names.get(id) ?? id);
    const state = stateBy(asRenamed);
    const then = stateBy(asListed);
    const isTheirs = hashJson(then) === intent.afterHash || hashJson(then) === intent.beforeHash;
    return { live: found, state: isTheirs ? then : state };
  };
}

function kindOf({ id }: IntentEntry): Kind {
  return parseIdentity(id)?.kind ?? 'SpeechEngine';
}
