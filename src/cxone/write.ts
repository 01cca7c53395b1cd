import type { KindDefinition } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import type { Kind } from '../model/identity.js';
import type { JsonObject } from '../model/json.js';
import type { CallOptions, Calls } from './calls.js';
import { isEtag, wholeEntity } from './live-entity.js';
import { isRemoteId, pathSegment } from './remote-id.js';
import { type Accepted, type Rejected, sendWrite } from './send-write.js';

/** A write that was done. */
export interface Written {
  readonly outcome: 'done';
  readonly remoteId: string;
  /** As answered, where the answer is the whole entity. */
  readonly entity: JsonObject | undefined;
  readonly etag?: string;
  readonly correlationId: string;
  /** When the server answered, by its own clock, ISO 8601 in UTC. */
  readonly serverDate?: string;
}

/** What became of one write. Only `unknown` leaves it open whether anything changed. */
export type WriteResult = Written | Rejected;

/** Creates a resource by one POST. Never rejects for what network and server do. */
export async function createResource(
  calls: Calls,
  kind: Kind,
  body: JsonObject,
  options?: CallOptions,
): Promise<WriteResult> {
  const definition = kindDefinition(kind);
  const result = await sendWrite(calls, {
    ...options,
    method: 'POST',
    path: definition.collection,
    body: JSON.stringify(body),
  });
  if (result.outcome !== 'accepted') return result;
  const remoteId = result.object[definition.idMember];
  // A server that says what it was sent must not have it written into the ledger.
  if (isRemoteId(remoteId) && calls.mask(remoteId) === remoteId) return written(definition, remoteId, result);
  return lostTrack(result, `answered without a usable ${JSON.stringify(definition.idMember)}`);
}

/** Changes a resource by one PATCH, with `If-Match` where there is an ETag. */
export async function updateResource(
  calls: Calls,
  kind: Kind,
  remoteId: string,
  body: JsonObject,
  etag: string | undefined,
  options?: CallOptions,
): Promise<WriteResult> {
  const definition = kindDefinition(kind);
  const result = await sendWrite(calls, {
    ...options,
    method: 'PATCH',
    path: `${definition.collection}/${pathSegment(remoteId)}`,
    body: JSON.stringify(body),
    ...(etag !== undefined && { ifMatch: etag }),
  });
  if (result.outcome !== 'accepted') return result;
  const answeredId = result.object[definition.idMember] ?? remoteId;
  if (answeredId === remoteId) return written(definition, remoteId, result);
  return lostTrack(result, 'answered with the id of another resource');
}

function written(definition: KindDefinition, remoteId: string, accepted: Accepted): Written {
  const { object, headers, correlationId, serverDate } = accepted;
  const etag = headers['etag'] ?? object['etag'];
  return {
    outcome: 'done',
    remoteId,
    entity: wholeEntity(definition, object),
    correlationId,
    ...(isEtag(etag) && { etag }),
    ...(serverDate !== undefined && { serverDate }),
  };
}

function lostTrack({ correlationId, sentAt }: Accepted, reason: string): Rejected {
  return { outcome: 'unknown', reason, correlationId, sentAt, finished: true };
}
