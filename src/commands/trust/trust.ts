import { KnownError } from '../../model/known-error.js';
import { simulatorSecret } from '../../model/simulator-secret.js';
import { ciServices } from '../ci/ci-services.js';
import type { Context, SharedOptions } from '../context.js';

/**
 * A run for a pull or merge request reads manifests that nobody has approved. Against a real host they would name the
 * endpoint and the secrets themselves: refused without `--trust-ref`.
 */
export function refuseUntrustedRun(
  context: Context,
  { trustRef }: SharedOptions,
  environment: string,
  simulated: boolean,
): void {
  const variable = simulated || trustRef !== undefined ? undefined : requestVariable(context);
  if (variable === undefined) return;
  throw new KnownError(
    'ConfigurationError',
    `environment ${environment}: ${variable} shows a pull request's run, and its manifests would choose where the credentials go`,
    { hint: 'Name the branch whose settings count with --trust-ref, such as origin/main.' },
  );
}

/**
 * Such a run may use the simulator, whose secret everyone knows. Another secret would go to whatever listens at the port
 * that its manifests name: refused, unless the operator named the endpoint.
 */
export function refuseUntrustedSecret(
  context: Context,
  { trustRef, endpoint }: SharedOptions,
  environment: string,
  clientSecret: string,
): void {
  if (trustRef !== undefined || endpoint !== undefined || clientSecret === simulatorSecret) return;
  const variable = requestVariable(context);
  if (variable === undefined) return;
  throw new KnownError(
    'ConfigurationError',
    `environment ${environment}: ${variable} shows a pull request's run, and its manifests would send the client secret to a port of their choice`,
    {
      hint: 'Against the simulator the secret is simulator-secret; else name the settings that count with --trust-ref.',
    },
  );
}

/** The variable that shows the run of a pull or merge request, of whatever CI; undefined in any other run. */
export function requestVariable({ env }: Pick<Context, 'env'>): string | undefined {
  const shown = ciServices.flatMap(({ requests }) => requests);
  return shown.find(([name, shows]) => shows.test(env[name] ?? ''))?.[0];
}
