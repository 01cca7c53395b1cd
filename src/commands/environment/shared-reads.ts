import { type Claims, openClaims } from '../../manifest/claimed-elsewhere.js';
import { folderSource } from '../../manifest/folder-source.js';
import type { Context, SharedOptions } from '../context.js';
import { openSecrets, type Secrets } from '../secrets/credentials.js';

/** What the environments of one run share; each part is read when the first of them needs it. */
export interface SharedReads {
  /** Nothing may ask for them before the run is known to be trusted (docs/security.md, "Trust"). */
  readonly secrets: () => Promise<Secrets>;
  /** What other environments of the same endpoint manage. */
  readonly claims: (environment: string) => Promise<Claims>;
}

/** Opens them; reads nothing. */
export function openSharedReads(
  context: Context,
  options: Pick<SharedOptions, 'envFile' | 'root' | 'allowHost'>,
): SharedReads {
  let secrets: Promise<Secrets> | undefined;
  return {
    secrets: () => (secrets ??= openSecrets(context, options)),
    claims: openClaims(folderSource(options.root), options.allowHost),
  };
}
