import type { KindDefinition } from '../kinds/kind-definition.js';
import type { Identity } from '../model/identity.js';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { KnownError } from '../model/known-error.js';
import type { Live } from '../model/resource.js';
import { isRemoteId } from './remote-id.js';

const maxEtagLength = 256;

/**
 * Reads an entity of a kind. `place` names it for an error, `headerEtag` is the `ETag` of an answer that holds only it.
 * @throws KnownError ApiError naming the place and the member that is missing or can't be used.
 */
export function readLive(definition: KindDefinition, entity: Json, place: string, headerEtag?: string): Live {
  if (!isJsonObject(entity)) throw bad(place, 'is not an object');
  const remoteId = entity[definition.idMember];
  if (!isRemoteId(remoteId)) throw bad(place, `has no usable ${JSON.stringify(definition.idMember)}`);
  const missing = missingMember(definition, entity);
  if (missing !== undefined) throw bad(`${place} (id ${remoteId})`, `lacks ${JSON.stringify(missing)}`);
  const etag = headerEtag ?? entity['etag'] ?? undefined;
  if (etag !== undefined && !isEtag(etag)) throw bad(`${place} (id ${remoteId})`, 'has an "etag" that can\'t be used');
  const identity = readIdentity(definition, entity);
  if (identity === undefined) throw bad(`${place} (id ${remoteId})`, 'has a name or version that is not a text');
  return { identity, remoteId, entity, ...(etag !== undefined && { etag }) };
}

/** The entity itself when it is whole: of the kind, with every member that a state can't do without. */
export function wholeEntity(definition: KindDefinition, entity: JsonObject): JsonObject | undefined {
  const whole = missingMember(definition, entity) === undefined && readIdentity(definition, entity) !== undefined;
  return whole ? entity : undefined;
}

/** True for an entity tag that can be sent back in `If-Match`. */
export function isEtag(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxEtagLength && /^[\x21-\x7e]+$/.test(value);
}

function missingMember({ required }: KindDefinition, entity: JsonObject): string | undefined {
  return required.find((member) => (entity[member] ?? null) === null);
}

function readIdentity({ kind, identityMembers }: KindDefinition, entity: JsonObject): Identity | undefined {
  const { name, version } = entity;
  if (typeof name !== 'string' || name === '') return undefined;
  if (!identityMembers.includes('version')) return { kind, name };
  return typeof version === 'string' && version !== '' ? { kind, name, version } : undefined;
}

function bad(place: string, fault: string): KnownError {
  return new KnownError('ApiError', `${place} ${fault}.`);
}
