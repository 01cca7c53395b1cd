import { kindDefinition } from '../kinds/kinds.js';
import type { SecretDigest } from '../ledger/fold.js';
import { KnownError } from '../model/known-error.js';
import { secretValueFault } from '../model/secret-value-fault.js';
import type { PlannedChange } from '../plan/planned-change.js';

/** The values of webhook headers, as the variables hold them that manifests name. */
export interface HeaderValues {
  /** Reads one. Throws a KnownError when its variable is unset or holds what is refused. */
  valueOf(change: PlannedChange, header: string): string;
  /** Its salted digest for the ledger; one variable has one salt a run. */
  digestOf(change: PlannedChange, header: string): Promise<SecretDigest>;
}

/**
 * Opens the header values of a run: `secret` looks a variable up, and `seal` makes a salted digest. That is done once for
 * each variable, one at a time: each takes 32 MiB, and the disk waits for the same threads.
 */
export function openHeaderValues(
  secret: (variable: string) => string | undefined,
  seal: (value: string) => Promise<SecretDigest>,
): HeaderValues {
  const digests = new Map<string, Promise<SecretDigest>>();
  let last: Promise<unknown> = Promise.resolve();
  const values: HeaderValues = {
    valueOf(change, header) {
      const variable = variableOf(change, header);
      const value = secret(variable) ?? '';
      const fault = value === '' ? undefined : secretValueFault(value);
      if (value !== '' && fault === undefined) return value;
      const why = fault === undefined ? `${variable} is not set` : `the value of ${variable} ${fault}`;
      throw new KnownError('ConfigurationError', `${change.id}: header ${header} has no value, because ${why}`, {
        hint: `Set ${variable} in the environment of this run.`,
      });
    },
    digestOf(change, header) {
      const variable = variableOf(change, header);
      const known = digests.get(variable);
      if (known !== undefined) return known;
      const made = last.then(() => seal(values.valueOf(change, header)));
      // Whoever asked gets the failure; the next digest does not.
      last = made.catch(() => undefined);
      digests.set(variable, made);
      return made;
    },
  };
  return values;
}

function variableOf({ id, resource }: PlannedChange, header: string): string {
  const source = kindDefinition(resource.identity.kind)
    .secretsOf(resource)
    .find((one) => one.header === header);
  if (source === undefined) throw new Error(`${id}: no variable for header ${header}`);
  return source.variable;
}
