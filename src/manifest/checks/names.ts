import type { Resource } from '../../model/resource.js';
import { characterWords, nameFaults } from './name-faults.js';
import type { ResourceFinding } from './resource-finding.js';

/**
 * Warnings about names that are not what they seem (docs/manifests.md, "Checks between documents"): with characters that
 * nobody sees, with letters of several scripts in one word, or that look like another name of the environment. None for a
 * name of one script, whichever.
 */
export async function nameFindings(resources: readonly Resource[]): Promise<ResourceFinding[]> {
  // Versions of one engine share its name, and most names are plain: they cost no more than this.
  const named = new Map(resources.toReversed().map((resource) => [keyOf(resource.identity.name, resource), resource]));
  const odd = [...named.values()].filter(({ identity }) => !isPlain(identity.name));
  return [
    ...odd.flatMap((resource) => faultsIn(resource, '/metadata/name', resource.identity.name)),
    ...resources.flatMap((resource) =>
      resource.previousNames.flatMap((name, index) => faultsIn(resource, `/metadata/previousNames/${index}`, name)),
    ),
    ...(await lookAlikes([...named.values()], odd)),
  ];
}

function keyOf(name: string, { identity }: Resource): string {
  return `${identity.kind}/${name}`;
}

/** ASCII that anyone can see. */
function isPlain(name: string): boolean {
  return /^[!-~]+( [!-~]+)*$/.test(name);
}

function faultsIn(resource: Resource, path: string, name: string): ResourceFinding[] {
  return nameFaults(name).map((fault) => ({ resource, severity: 'warning', path, ...fault }));
}

/**
 * Names whose skeletons (UTS #39 §4) are one. Of two names in plain ASCII nothing is said, since both are meant: `Line 1`
 * and `Line I`.
 */
async function lookAlikes(named: readonly Resource[], odd: readonly Resource[]): Promise<ResourceFinding[]> {
  if (odd.length === 0) return [];
  const { skeleton } = await import('./skeleton.js');
  const alike = new Map<string, Resource[]>();
  for (const resource of named) {
    const key = keyOf(skeleton(resource.identity.name), resource);
    alike.set(key, [...(alike.get(key) ?? []), resource]);
  }
  return odd.flatMap((resource) => {
    const { name } = resource.identity;
    const twin = alike.get(keyOf(skeleton(name), resource))?.find((other) => other !== resource);
    if (twin === undefined) return [];
    const message = `The name looks like that in ${twin.source.file}:${twin.source.line}, and is another: ${difference(name, twin.identity.name)}.`;
    const hint = 'Write both alike, or let them differ for the eye, too.';
    return [{ resource, severity: 'warning', code: 'look-alike-name', path: '/metadata/name', message, hint }];
  });
}

/** The first character of a name that the other has not in its place. */
function difference(name: string, other: string): string {
  const [characters, others] = [Array.from(name), Array.from(other)];
  const index = characters.findIndex((character, at) => character !== others[at]);
  if (index === -1) return `it ends before ${characterWords(others, characters.length)}`;
  const theirs = others[index] === undefined ? 'the end' : characterWords(others, index);
  return `${characterWords(characters, index)} against ${theirs}`;
}
