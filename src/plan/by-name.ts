import type { PlannedChange } from './planned-change.js';

/** Changes grouped by kind and name: the versions of one name share its traffic, names are independent. */
export function byName(changes: readonly PlannedChange[]): Map<string, PlannedChange[]> {
  const groups = new Map<string, PlannedChange[]>();
  for (const change of changes) {
    const { kind, name } = change.resource.identity;
    const group = groups.get(`${kind}/${name}`);
    if (group === undefined) groups.set(`${kind}/${name}`, [change]);
    else group.push(change);
  }
  return groups;
}
