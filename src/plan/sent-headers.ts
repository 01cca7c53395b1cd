import { kindDefinition } from '../kinds/kinds.js';
import { bodySubject } from './body-subject.js';
import type { PlannedChange } from './planned-change.js';

/** The names of the headers whose secret values the requests of a change hold, each once. */
export function sentHeaders(change: PlannedChange): ReadonlySet<string> {
  const { resource, before, after } = change;
  const headers = new Set<string>();
  const context = {
    ...bodySubject(change),
    remoteIdOf: (identity: string) => identity,
    headerValue: (header: string) => {
      headers.add(header);
      return null;
    },
  };
  // The body that apply sends is made by the same function, so what it asks for is what the change needs.
  const kind = kindDefinition(resource.identity.kind);
  if (before === null) kind.createBody(after, context);
  else kind.updateBody(before, after, context);
  return headers;
}
