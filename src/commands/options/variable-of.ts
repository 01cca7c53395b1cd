import type { Option } from 'commander';

/** What the names of all variables of options begin with. */
export const VARIABLE_PREFIX = 'CXONE_GITOPS_';

/** The variable that stands for an option: `CXONE_GITOPS_AUTO_APPROVE` for `--auto-approve`. */
export function variableOf(option: Option): string {
  return VARIABLE_PREFIX + (option.long ?? '').replace(/^--/, '').replaceAll('-', '_').toUpperCase();
}
