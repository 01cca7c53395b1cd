import { pointer } from '../model/pointer.js';
import type { Location } from '../model/problem.js';
import type { Resource } from '../model/resource.js';

/**
 * Where the manifests set what a server found fault with: of the first field that it names and they set, the place of
 * that field or of what holds it; else where the resource starts. Servers write fields as `a.b[0].c` or as `/a/b/0/c`;
 * which, is an assumption (docs/cxone-api.md, "Errors").
 */
export function faultyPlace(resource: Resource, details: readonly { readonly field: string }[]): Location {
  for (const { field } of details) {
    const keys = field.split(/[.[\]/]+/u).filter((key) => key !== '');
    for (let depth = keys.length; depth > 0; depth -= 1) {
      const found = resource.origins.get(pointer(inDocument(keys.slice(0, depth))));
      if (found !== undefined) return found;
    }
  }
  return resource.source;
}

/** The name stands in `metadata`, everything else that the API knows in `spec`. */
function inDocument(keys: readonly string[]): string[] {
  return keys[0] === 'name' ? ['metadata', 'name'] : ['spec', ...keys];
}
