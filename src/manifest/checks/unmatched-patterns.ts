import type { Guardrails } from '../../model/guardrails.js';
import { formatIdentity } from '../../model/identity.js';
import { matchesPattern } from '../../model/matches-pattern.js';
import { nearestAmong } from '../../model/nearest.js';
import type { LayeredResource } from '../layer.js';
import type { Finding } from '../manifest-document.js';

/** Patterns of `protected` that are no manifest's identity, by its name or a former one: they protect nothing. */
export function unmatchedPatterns(
  { protected: patterns = [] }: Guardrails,
  resources: readonly Pick<LayeredResource, 'identity' | 'metadata'>[],
): Finding[] {
  if (patterns.length === 0) return [];
  const ids = new Set(resources.flatMap(identitiesOf));
  const nearestId = nearestAmong(ids);
  return patterns.flatMap((pattern, index): Finding[] => {
    if (ids.has(pattern) || (pattern.includes('*') && [...ids].some((id) => matchesPattern(pattern, id)))) return [];
    const meant = nearestId(pattern);
    const hint =
      meant === undefined
        ? 'Identities look like SpeechEngine/NAME@VERSION and Webhook/NAME.'
        : `Did you mean \`${meant}\`?`;
    const message = `No manifest has the identity ${pattern}: nothing is protected by it.`;
    const path = ['spec', 'guardrails', 'protected', String(index)];
    return [{ severity: 'warning', code: 'nothing-protected', path, message, hint }];
  });
}

function identitiesOf({ identity, metadata: { previousNames } }: Pick<LayeredResource, 'identity' | 'metadata'>) {
  const former = Array.isArray(previousNames) ? previousNames.filter((name) => typeof name === 'string') : [];
  return [identity.name, ...former].map((name) => formatIdentity({ ...identity, name }));
}
