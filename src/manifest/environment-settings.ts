import { checkEndpoint, type Endpoint, endpointOfOrg } from '../model/endpoint.js';
import type { Environment } from '../model/generated/environment.js';
import type { Guardrails } from '../model/guardrails.js';
import type { LedgerBranch } from '../model/trusted-settings.js';
import { unexpandedStart } from '../model/unexpanded-start.js';
import { guardrailFindings } from './checks/guardrails.js';
import type { Finding } from './manifest-document.js';

/** What environment.yaml says, with every default filled in. */
export interface EnvironmentSettings {
  readonly endpoint: Endpoint;
  /** True when the endpoint is loopback: everything that is done there is marked. */
  readonly simulated: boolean;
  /** Names of environment variables, never their values. */
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  /** As written; absent for the default, and where `ledgerBranch` is. */
  readonly ledgerPath?: string;
  /** The branch of a git remote that keeps the ledger. */
  readonly ledgerBranch?: LedgerBranch;
  /** How long a new resource may be missing from a list, and a change from any read, in milliseconds. */
  readonly listLagMs: number;
  readonly unmanaged: 'report';
  /** Empty where there are none. */
  readonly guardrails: Guardrails;
  /** Folders of shared manifests, the lowest layer first. */
  readonly bases: readonly string[];
}

const maxListLagMs = 3_600_000;

/**
 * The settings of a document that is as its schema wants, or what is wrong with it beyond that. `allowHosts` are the
 * operator's (docs/security.md, "Hosts").
 */
export function environmentSettings(
  { metadata, spec }: Environment,
  name: string,
  allowHosts: readonly string[],
): EnvironmentSettings | { readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  if (metadata !== undefined && metadata.name !== name) {
    const message = `The environment is named by its folder: ${name}.`;
    findings.push({
      code: 'wrong-name',
      path: ['metadata', 'name'],
      message,
      hint: `Write ${name}, or leave metadata out.`,
    });
  }
  const located = locate(spec, allowHosts);
  if ('code' in located) findings.push(located);
  const listLagMs = milliseconds(spec.listLag ?? 'PT5S');
  if (listLagMs > maxListLagMs) {
    findings.push({
      code: 'out-of-range',
      path: ['spec', 'listLag'],
      message: `listLag must be at most PT1H, not ${spec.listLag}.`,
    });
  }
  findings.push(...guardrailFindings(spec.guardrails ?? {}), ...ledgerPathFindings(spec.ledger?.path));
  const bases = spec.bases ?? [];
  if (findings.length > 0 || 'code' in located) return { findings };
  return {
    ...located,
    credentials: {
      clientId: spec.credentials?.clientId?.fromEnv ?? 'CXONE_CLIENT_ID',
      clientSecret: spec.credentials?.clientSecret?.fromEnv ?? 'CXONE_CLIENT_SECRET',
    },
    ...(spec.ledger?.path !== undefined && { ledgerPath: spec.ledger.path }),
    ...(spec.ledger?.git !== undefined && { ledgerBranch: ledgerBranch(spec.ledger.git) }),
    listLagMs,
    unmanaged: spec.unmanaged ?? 'report',
    guardrails: spec.guardrails ?? {},
    bases,
  };
}

/** The ledger would begin anew in a folder that is called `~`, or by a blank. */
function ledgerPathFindings(path: string | undefined): Finding[] {
  if (path === undefined) return [];
  const at = ['spec', 'ledger', 'path'];
  if (path.trim() === '') {
    return [{ code: 'invalid-value', path: at, message: 'path must not be blank.', hint: 'Name a folder.' }];
  }
  const start = unexpandedStart(path);
  if (start === undefined) return [];
  const message = `path begins with ${start}, which nothing expands in a manifest.`;
  const hint = `Write an absolute path, or one below the current folder. If ${start} is really its name, write ./${path}.`;
  return [{ code: 'unexpanded-path', path: at, message, hint }];
}

function ledgerBranch({ remote = 'origin', branch = 'cxone-gitops/ledger' }: Partial<LedgerBranch>): LedgerBranch {
  return { remote, branch };
}

function locate(
  { orgId, baseUrl, tokenUrl }: Environment['spec'],
  allowHosts: readonly string[],
): { endpoint: Endpoint; simulated: boolean } | Finding {
  if (baseUrl === undefined) {
    if (tokenUrl !== undefined) {
      const hint = 'Add baseUrl, or leave tokenUrl out: with orgId it follows.';
      return {
        code: 'no-endpoint',
        path: ['spec', 'tokenUrl'],
        part: 'key',
        message: 'tokenUrl needs a baseUrl.',
        hint,
      };
    }
    if (orgId !== undefined) return { endpoint: endpointOfOrg(orgId), simulated: false };
    const hint = 'Add orgId: the API is then https://<orgId>.api.nicecxone.com.';
    return { code: 'no-endpoint', path: ['spec'], part: 'key', message: 'spec has neither orgId nor baseUrl.', hint };
  }
  if (orgId !== undefined) {
    const message = 'spec has both orgId and baseUrl: which organisation is meant?';
    return { code: 'two-endpoints', path: ['spec', 'baseUrl'], part: 'key', message, hint: 'Keep one of them.' };
  }
  const check = checkEndpoint({ baseUrl, tokenUrl }, { allowHosts });
  if ('endpoint' in check) return check;
  const path = check.reason.startsWith('The token URL') && tokenUrl !== undefined ? 'tokenUrl' : 'baseUrl';
  return { code: 'refused-host', path: ['spec', path], message: `${check.reason}.`, hint: check.hint };
}

/** An ISO 8601 duration of hours, minutes and seconds, which the schema has checked. */
function milliseconds(duration: string): number {
  const [, hours, minutes, seconds] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(duration) ?? [];
  return Math.round((Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000);
}
