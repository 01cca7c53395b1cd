import type { State } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import type { StoredField } from '../model/generated/apply.js';
import type { StoredMember } from '../model/generated/ledger-entry.js';
import { hashJson } from '../model/hash.js';
import { sameJson } from '../model/json.js';
import type { Location } from '../model/problem.js';
import { diffStates } from '../plan/diff.js';
import type { Step } from '../plan/steps.js';
import { originsOf } from '../plan/with-origins.js';

/** The members of a state that CXone stored otherwise than they were sent; of the sent values, their hashes. */
export function storedMembers(sent: State, stored: State): StoredMember[] {
  return Object.keys(sent)
    .filter((member) => !sameJson(sent[member], stored[member]))
    .map((member) => ({ member, sentHash: hashJson(sent[member] ?? null) }));
}

/** The same field by field, with both values and where the manifests set them. */
export function storedFields({ change, to }: Step, stored: State): StoredField[] {
  const originOf = originsOf(change);
  return diffStates(kindDefinition(change.resource.identity.kind), stored, to).map(({ path, before, after }) => {
    const origin = originOf(path);
    return { path, sent: after, stored: before, source: origin === undefined ? null : placeOf(origin) };
  });
}

/** A state that differs from what was sent in its description alone carries traffic as it should. */
export function onlyDescribedDifferently(sent: State, stored: State): boolean {
  return storedMembers(sent, stored).every(({ member }) => member === 'description');
}

/** The place alone, without what else is known of it. */
export function placeOf({ file, line, column }: Location): Location {
  return { file, line, column };
}
