import { kindDefinition } from '../kinds/kinds.js';
import type { Kind } from '../model/identity.js';
import { KnownError } from '../model/known-error.js';
import type { Live } from '../model/resource.js';
import type { CallOptions, Calls } from './calls.js';
import { readLive } from './live-entity.js';
import { listPages, type Unsupported } from './pages.js';
import { readObject } from './read.js';
import { pathSegment } from './remote-id.js';

/** Every live resource of a kind, in the server's order; `'unsupported'` when the server has no list of them. */
export async function listLive(calls: Calls, kind: Kind, options?: CallOptions): Promise<Live[] | Unsupported> {
  const definition = kindDefinition(kind);
  const listed = await listPages(calls, {
    ...options,
    path: definition.collection,
    readRow: (entity, place) => {
      const live = readLive(definition, entity, place);
      return { id: live.remoteId, row: live };
    },
  });
  if (listed !== 'unsupported') refuseSecrets(calls, listed, `A row of GET ${definition.collection}`);
  return listed;
}

/** One live resource by its remote id, looked up in the list where the API has no GET of one; undefined when there is none. */
export async function getLive(
  calls: Calls,
  kind: Kind,
  remoteId: string,
  options?: CallOptions,
): Promise<Live | undefined> {
  const definition = kindDefinition(kind);
  if (!definition.readById) return findLive(calls, kind, remoteId, options);
  const path = `${definition.collection}/${pathSegment(remoteId)}`;
  const result = await readObject(calls, { ...options, path }, [404]);
  if ('declined' in result) return undefined;
  const place = `The answer of GET ${path}`;
  const live = readLive(definition, result.object, place, result.headers['etag']);
  if (live.remoteId !== remoteId) throw new KnownError('ApiError', `${place} has the id of another resource.`);
  refuseSecrets(calls, [live], place);
  return live;
}

/** Ids are recorded: a server that says what it was sent must not have it written into the ledger. */
function refuseSecrets({ mask }: Calls, live: readonly Live[], place: string): void {
  // To search all at once is nearly as quick as to search one; the gaps between them may look like a secret's.
  const all = live.map(({ remoteId }) => remoteId).join(' ');
  if (mask(all) === all || live.every(({ remoteId }) => mask(remoteId) === remoteId)) return;
  throw new KnownError('ApiError', `${place} has an id that holds a secret of this run.`);
}

async function findLive(calls: Calls, kind: Kind, remoteId: string, options?: CallOptions): Promise<Live | undefined> {
  const listed = await listLive(calls, kind, options);
  if (listed !== 'unsupported') return listed.find((live) => live.remoteId === remoteId);
  throw new KnownError('ApiError', `${kindDefinition(kind).collection} can't be listed: this CXone has no such list`, {
    hint: 'That lists exist is an assumption (docs/cxone-api.md).',
  });
}
