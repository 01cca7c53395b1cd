import type { BodyContext } from '../kinds/kind-definition.js';
import type { PlannedChange } from './planned-change.js';

/** What the body of a change's request is made from, beside states, ids and header values. */
export function bodySubject({
  secrets,
  resource,
  live,
}: PlannedChange): Pick<BodyContext, 'sendsSecrets' | 'resource' | 'live'> {
  return { sendsSecrets: secrets.length > 0, resource, live: live?.entity ?? null };
}
