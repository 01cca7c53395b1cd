import { type Claims, claimedElsewhere } from '../../manifest/claimed-elsewhere.js';
import type { LoadedEnvironment } from '../../manifest/load-environment.js';
import { KnownError } from '../../model/known-error.js';

/** Throws a KnownError where another environment of the same endpoint manages what this one does. */
export function refuseClaimed({ name, resources }: LoadedEnvironment, claims: Claims): void {
  const problems = claimedElsewhere(resources, claims);
  const [first] = problems;
  if (first === undefined) return;
  throw new KnownError(
    'ManifestError',
    `environment ${name}: another environment of its endpoint manages the same resources`,
    { hint: `Keep each in one of them; \`cxone-gitops validate ${name}\` shows them.`, problems },
  );
}
