import type { SecretSource } from '../../kinds/kind-definition.js';
import { kindDefinition } from '../../kinds/kinds.js';
import { formatIdentity } from '../../model/identity.js';
import { KnownError } from '../../model/known-error.js';
import type { Problem } from '../../model/problem.js';
import type { Resource } from '../../model/resource.js';
import { secretValueFault } from '../../model/secret-value-fault.js';
import type { PlannedChange } from '../../plan/planned-change.js';
import { sentHeaders } from '../../plan/sent-headers.js';
import { counted } from '../../report/counted.js';

/** What a run may know of the value of a header: the value, `''` where its variable is not set, undefined for nothing. */
type ReadHeader = (resource: Resource, secret: SecretSource) => string | undefined;

/**
 * What is wrong with the header values of `resources`, each at the line of a manifest that names its variable: a variable
 * that is not set, where a change sends the header, and a value that no header may have, in any case. Holds nothing of a
 * value (docs/semantics.md, "Webhook secrets").
 */
export function headerProblems(
  resources: readonly Resource[],
  changes: readonly PlannedChange[],
  read: ReadHeader,
): Problem[] {
  const sent = new Map(changes.map((change) => [change.id, sentHeaders(change)]));
  return resources.flatMap((resource) => {
    const id = formatIdentity(resource.identity);
    const secrets = kindDefinition(resource.identity.kind).secretsOf(resource);
    return secrets.flatMap((secret) => {
      const value = read(resource, secret);
      if (value === undefined) return [];
      if (value === '') return sent.get(id)?.has(secret.header) === true ? [unset(resource, secret)] : [];
      const fault = secretValueFault(value);
      return fault === undefined ? [] : [refused(resource, secret, fault)];
    });
  });
}

/** Throws a KnownError (ConfigurationError) that shows all of them, unless there is none. */
export function refuseHeaderProblems(environment: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const what = counted(problems.length, 'header value');
  const message = `environment ${environment}: ${what} ${problems.length === 1 ? 'is' : 'are'} not set or refused`;
  throw new KnownError('ConfigurationError', message, {
    hint: 'Nothing was written. Set the variables that the problems name, or leave the webhooks out with --only.',
    problems,
  });
}

function unset(resource: Resource, secret: SecretSource): Problem {
  return problem(resource, secret, {
    code: 'unset-variable',
    message: `the variable ${secret.variable} is not set, and apply sends its value.`,
    hint: `Set ${secret.variable} in the environment of the run, or in the file of --env-file.`,
  });
}

function refused(resource: Resource, secret: SecretSource, fault: string): Problem {
  return problem(resource, secret, {
    code: 'refused-value',
    message: `the value of ${secret.variable} ${fault}.`,
    hint: `Give ${secret.variable} another value: at least 16 printable ASCII characters.`,
  });
}

function problem(
  { identity, origins, source }: Resource,
  { header, place }: SecretSource,
  { message, ...words }: Pick<Problem, 'code' | 'message' | 'hint'>,
): Problem {
  const { file, line, column } = origins.get(place) ?? source;
  const named = `${formatIdentity(identity)}: header ${header}: ${message}`;
  return { severity: 'error', file, line, column, path: place, message: named, ...words };
}
