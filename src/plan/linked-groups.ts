import { linkNames } from '../traffic/linked-names.js';
import type { PlannedChange } from './planned-change.js';

/**
 * Changes grouped by kind and name: the versions of one name share its traffic, so they are applied together. A rename
 * links its old name to its new one. Groups are independent of each other.
 */
export function linkedGroups(changes: readonly PlannedChange[]): PlannedChange[][] {
  const linked = linkNames(changes.flatMap(renameOf));
  const groups = new Map<string, PlannedChange[]>();
  for (const change of changes) {
    const { kind, name } = change.resource.identity;
    const key = linked(`${kind}/${name}`);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  return [...groups.values()];
}

function renameOf({ resource, live }: PlannedChange): (readonly [string, string])[] {
  const { kind, name } = resource.identity;
  return live === null || live.identity.name === name ? [] : [[`${kind}/${live.identity.name}`, `${kind}/${name}`]];
}
