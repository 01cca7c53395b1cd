/**
 * Finds the names that share engines: a rename links the old name of an engine to its new one, so that the traffic of
 * both moves together. Returns a function from a name to the same representative for all names that are linked.
 */
export function linkNames(renames: Iterable<readonly [string, string]>): (name: string) => string {
  const parents = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent;
    // Each look shortens the way of the next one.
    for (let at = name; at !== root; ) {
      const next = parents.get(at) ?? root;
      parents.set(at, root);
      at = next;
    }
    return root;
  };
  for (const [one, other] of renames) {
    const [from, to] = [rootOf(one), rootOf(other)];
    if (from !== to) parents.set(from, to);
  }
  return rootOf;
}
