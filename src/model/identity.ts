/** The kinds of resource that cxone-gitops manages. */
export type Kind = 'SpeechEngine' | 'Webhook';

/** What makes a resource itself, in git and in CXone. Engines have a version, webhooks have none. */
export interface Identity {
  readonly kind: Kind;
  readonly name: string;
  readonly version?: string;
}

/** The one printed form: `SpeechEngine/Production ASR Engine@2.1.0`, `Webhook/QA Platform Sync`. */
export function formatIdentity(identity: Identity): string {
  const { kind, name, version } = identity;
  return version === undefined ? `${kind}/${name}` : `${kind}/${name}@${version}`;
}

/**
 * Reads the printed form back. A name may hold `/` and `@`: the kind ends at the first `/`, the version starts after
 * the last `@`. Returns undefined for anything else.
 */
export function parseIdentity(text: string): Identity | undefined {
  const slash = text.indexOf('/');
  const kind = text.slice(0, slash);
  const rest = text.slice(slash + 1);
  if (kind === 'Webhook') return rest === '' ? undefined : { kind, name: rest };
  if (kind !== 'SpeechEngine') return undefined;
  const at = rest.lastIndexOf('@');
  if (at <= 0 || at === rest.length - 1) return undefined;
  return { kind, name: rest.slice(0, at), version: rest.slice(at + 1) };
}
