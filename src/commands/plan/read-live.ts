import type { CxoneReader } from '../../cxone/connect.js';
import { formatIdentity, type Kind } from '../../model/identity.js';
import type { Problem } from '../../model/problem.js';
import type { Live, Resource } from '../../model/resource.js';
import { onlySelector } from '../../plan/only.js';

/** What is live, or why that can't be known. */
export interface LiveRead {
  readonly live: readonly Live[];
  readonly problems: readonly Problem[];
}

/**
 * Everything that is live. Where a kind can't be listed, which is an assumption (docs/cxone-api.md), what manifests pin
 * by its id is read by that; of anything else nobody knows whether it exists, and creating it could make a second one:
 * a problem at its manifest, unless `only` leaves it out. Throws a KnownError when a read fails.
 */
export async function readLive(
  reader: CxoneReader,
  resources: readonly Resource[],
  only: readonly string[],
): Promise<LiveRead> {
  const [engines, webhooks] = await Promise.all([reader.listEngines(), reader.listWebhooks()]);
  const unlisted = new Set<Kind>();
  if (engines === 'unsupported') unlisted.add('SpeechEngine');
  if (webhooks === 'unsupported') unlisted.add('Webhook');
  const listed = [engines, webhooks].flatMap((list) => (list === 'unsupported' ? [] : list));
  const unseen = resources.filter(({ identity }) => unlisted.has(identity.kind));
  const pinned = unseen.flatMap(({ engineId }) => (engineId === undefined ? [] : [engineId]));
  const read = await Promise.all(pinned.map((id) => reader.getEngine(id)));
  const selected = onlySelector(only);
  const unknown = unseen.filter(
    ({ identity, engineId }) => engineId === undefined && selected(formatIdentity(identity)),
  );
  return { live: [...listed, ...read.filter((one) => one !== undefined)], problems: unknown.map(unknowable) };
}

function unknowable({ identity, source }: Resource): Problem {
  const isEngine = identity.kind === 'SpeechEngine';
  return {
    ...source,
    severity: 'error',
    code: 'not-listed',
    path: '',
    message: `${formatIdentity(identity)}: ${isEngine ? 'engines' : 'webhooks'} can't be listed here, so whether it exists is not known`,
    hint: isEngine
      ? 'Look in CXone: pin its id with metadata.engineId, or create it there first. --only leaves it out.'
      : 'Leave it out with --only.',
  };
}
