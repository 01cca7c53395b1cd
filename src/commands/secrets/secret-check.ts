import { secretTarget } from '../../kinds/secret-target.js';
import type { LedgerState } from '../../ledger/ledger-state.js';
import { secretDigest } from '../../ledger/secret-digest.js';
import { formatIdentity } from '../../model/identity.js';
import type { Problem } from '../../model/problem.js';
import type { Live, Resource } from '../../model/resource.js';
import type { WebhookTarget } from '../../model/trusted-settings.js';
import { type LiveSecret, liveSecrets } from '../../plan/live-secrets.js';
import { onlySelector } from '../../plan/only.js';
import type { PlannedChange, SentSecret } from '../../plan/planned-change.js';
import { type Context, type SharedOptions, say } from '../context.js';
import { headerProblems } from './header-problems.js';
import { type UncheckedSecret, uncheckedWords } from './unchecked-words.js';

/** Each takes a tenth of a second; only values of different variables, or of different runs, need one each. */
const maxDigests = 64;

/** Tells which header values CXone is to get though no state differs (docs/semantics.md, "Webhook secrets"). */
export interface SecretCheck {
  /**
   * Holds the values that are set against the digests of those sent last. What could not be checked is in the notices, a
   * sentence each; each is printed the first time.
   */
  judge(live: readonly Live[], ledger: LedgerState | undefined): Promise<SecretVerdict>;
  /** What stops an apply of these changes before its first write: values that they need and can't have. */
  problems(changes: readonly PlannedChange[]): Problem[];
  /** Has the values of a webhook sent again, if all are set: a run that died may have sent them or not. */
  sendAgain(id: string): void;
  /** From now on, all values may be read that the manifests name: somebody accepted where they go. */
  trustManifests(): void;
}

export interface SecretVerdict {
  readonly toSend: (live: Live) => readonly SentSecret[];
  readonly notices: readonly string[];
}

export interface SecretCheckOptions {
  /** Looks a variable up. */
  readonly read: (variable: string) => string | undefined;
  /** The variables that may be read, and the origins that their values may go to; undefined for all that manifests name. */
  readonly trusted: readonly WebhookTarget[] | undefined;
  /** Whether a variable is set, where its value may not be read yet; without it, not even that is told. */
  readonly isSet?: (variable: string) => boolean;
  /** Whether somebody asked for the values of a webhook to be sent. */
  readonly resends?: (id: string) => boolean;
  /** Makes a digest; tests count them. */
  readonly digestOf?: (value: string, salt: string) => Promise<string>;
}

/** Opens the check of an environment's manifests. Values are read, and digests made, at most once. */
export function openSecretCheck(
  context: Context,
  options: SharedOptions,
  manifests: readonly Resource[],
  { read, trusted, isSet, resends = () => false, digestOf = secretDigest }: SecretCheckOptions,
): SecretCheck {
  const selected = onlySelector(options.only);
  const resources = manifests.filter(({ identity }) => selected(formatIdentity(identity)));
  const again = new Set<string>();
  const digests = new Map<string, Promise<string>>();
  const said = new Set<string>();
  let origins = trusted && new Map(trusted.map((one) => [one.variable, one.origins]));
  /** Undefined where it may not be read, empty where it is not set. */
  const valueOf = (variable: string, target: string | undefined) => {
    const mayRead = origins === undefined || (target !== undefined && origins.get(variable)?.includes(target) === true);
    return mayRead ? (read(variable) ?? '') : undefined;
  };

  function sends(id: string, secrets: readonly LiveSecret[]): boolean {
    return (
      resends(id) ||
      (again.has(id) && secrets.every((one) => one.id !== id || (valueOf(one.variable, one.target) ?? '') !== ''))
    );
  }

  /** Undefined where the value is the one that was sent last. */
  async function judgeOne(
    { remoteId, header, variable, target }: LiveSecret,
    ledger: LedgerState | undefined,
  ): Promise<'changed' | UncheckedSecret['why'] | undefined> {
    const value = valueOf(variable, target);
    if (value === undefined) return 'untrusted';
    if (value === '') return 'unset';
    const sent = ledger?.secretDigest(remoteId, header);
    if (sent === undefined) return 'no-digest';
    const key = `${sent.salt} ${variable}`;
    if (!digests.has(key) && digests.size >= maxDigests) return 'too-many';
    const digest = digests.get(key) ?? digestOf(value, sent.salt);
    digests.set(key, digest);
    return (await digest) === sent.digest ? undefined : 'changed';
  }

  return {
    sendAgain: (id) => again.add(id),
    trustManifests: () => (origins = undefined),
    problems: (changes) =>
      headerProblems(resources, changes, (resource, { variable }) => {
        const value = valueOf(variable, secretTarget(resource));
        return value ?? (isSet?.(variable) === false ? '' : undefined);
      }),
    async judge(live, ledger) {
      const secrets = liveSecrets(resources, live);
      const toSend = new Map<string, SentSecret[]>();
      const unchecked: (UncheckedSecret & { readonly remoteId: string })[] = [];
      for (const secret of secrets) {
        const { id, remoteId, path, variable } = secret;
        // One after the other: each digest takes 32 MiB.
        const why = sends(id, secrets) ? 'resent' : await judgeOne(secret, ledger);
        if (why === 'changed' || why === 'resent')
          toSend.set(remoteId, [...(toSend.get(remoteId) ?? []), { path, why }]);
        else if (why !== undefined) unchecked.push({ id, remoteId, variable, why });
      }
      // Where all values are sent again, what is missing of them is a problem and not a note.
      const notices = uncheckedWords(unchecked.filter(({ remoteId, why }) => why !== 'unset' || !toSend.has(remoteId)));
      for (const notice of notices) if (!said.has(notice)) say(context, options, `note: ${notice}`);
      for (const notice of notices) said.add(notice);
      return { toSend: ({ remoteId }) => toSend.get(remoteId) ?? [], notices };
    },
  };
}
