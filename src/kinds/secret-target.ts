import type { Resource } from '../model/resource.js';

/** The origin that the secret values of a resource are sent to by CXone; undefined where it has no valid address. */
export function secretTarget({ spec }: Pick<Resource, 'spec'>): string | undefined {
  const address = spec['callbackUrl'];
  return typeof address === 'string' && URL.canParse(address) ? new URL(address).origin : undefined;
}
