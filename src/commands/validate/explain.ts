import { explainedFields } from '../../manifest/explained-fields.js';
import type { LoadedEnvironment } from '../../manifest/load-environment.js';
import type { Validate } from '../../model/generated/validate.js';
import { formatIdentity } from '../../model/identity.js';
import { KnownError } from '../../model/known-error.js';
import { nearest } from '../../model/nearest.js';

/**
 * What sets each field of the resource that has an identity, as `--explain` prints it; also of one that is faulty or not enabled. Throws a
 * KnownError where no manifest has that identity.
 */
export function explain(
  id: string,
  { name, resources, faulty, disabled }: LoadedEnvironment,
): NonNullable<Validate['explained']> {
  const all = [...resources, ...faulty, ...disabled];
  const resource = all.find(({ identity }) => formatIdentity(identity) === id);
  if (resource === undefined)
    throw unknown(
      id,
      name,
      all.map(({ identity }) => formatIdentity(identity)),
    );
  const fields = explainedFields(resource).map((field) => ({ ...field, overridden: [...field.overridden] }));
  return { id, fields };
}

function unknown(id: string, environment: string, known: readonly string[]): KnownError {
  const meant = nearest(id, known);
  const some = known.slice(0, 5).join(', ');
  const all = known.length === 0 ? 'It has no resource.' : `There are: ${some}${known.length > 5 ? ', …' : ''}.`;
  return new KnownError('OptionError', `--explain ${id}: environment ${environment} has no such resource`, {
    hint: meant === undefined ? all : `Did you mean ${meant}?`,
  });
}
