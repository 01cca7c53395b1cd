import { kindDefinition } from '../../kinds/kinds.js';
import { formatIdentity } from '../../model/identity.js';
import { KnownError } from '../../model/known-error.js';
import { matchesPattern } from '../../model/matches-pattern.js';
import { nearest } from '../../model/nearest.js';
import type { Resource } from '../../model/resource.js';
import { onlySelector } from '../../plan/only.js';

/**
 * A test for the identities whose header values `--resend-headers` names. Throws a KnownError (OptionError) for a pattern
 * that names no webhook with headers, or none that `--only` selects.
 */
export function resendSelector(
  patterns: readonly string[],
  resources: readonly Resource[],
  only: readonly string[],
): (id: string) => boolean {
  const ids = resources.filter((one) => kindDefinition(one.identity.kind).secretsOf(one).length > 0).map(idOf);
  const selected = onlySelector(only);
  for (const pattern of patterns) {
    const named = ids.filter((id) => matchesPattern(pattern, id));
    if (named.some(selected)) continue;
    throw named.length > 0 ? leftOut(pattern) : unknown(pattern, ids, resources.map(idOf));
  }
  return (id) => patterns.some((pattern) => matchesPattern(pattern, id));
}

function idOf({ identity }: Resource): string {
  return formatIdentity(identity);
}

function leftOut(pattern: string): KnownError {
  return new KnownError('OptionError', `--resend-headers ${pattern}: --only leaves it out`, {
    hint: 'Select it with --only too.',
  });
}

function unknown(pattern: string, ids: readonly string[], all: readonly string[]): KnownError {
  const isManifest = all.includes(pattern);
  const near = isManifest ? undefined : nearest(pattern, ids);
  const hint =
    near === undefined
      ? 'Identities of webhooks look like Webhook/NAME; * stands for any text.'
      : `Did you mean '${near}'?`;
  const what = isManifest ? 'its manifest names no headers' : 'no manifest of a webhook with headers has this identity';
  return new KnownError('OptionError', `--resend-headers ${pattern}: ${what}`, { hint });
}
