import type { CxoneReader } from '../../cxone/connect.js';
import { catalogFile } from '../../manifest/catalog.js';
import { catalogDifference, differing } from '../../manifest/catalog-difference.js';
import { catalogFindings, catalogPaths } from '../../manifest/checks/catalog-findings.js';
import { member } from '../../manifest/checks/member.js';
import type { ResourceFinding } from '../../manifest/checks/resource-finding.js';
import type { Catalog } from '../../model/generated/catalog.js';
import { formatIdentity } from '../../model/identity.js';
import { KnownError } from '../../model/known-error.js';
import type { Problem } from '../../model/problem.js';
import type { BuiltPlan } from '../../plan/build.js';
import type { PlannedChange } from '../../plan/planned-change.js';
import { counted } from '../../report/counted.js';
import { type Context, type SharedOptions, say } from '../context.js';
import type { OpenedEnvironment } from '../environment/open-environment.js';
import { fetchCatalog } from './live-catalog.js';

/** Holds plans against the catalogue that CXone has now, which is fetched at most once. */
export interface CatalogCheck {
  /**
   * What is worth knowing about a plan, as sentences; each is printed the first time. Throws a KnownError (ManifestError)
   * where a change asks for what CXone has not.
   */
  judge(built: Pick<BuiltPlan, 'changes' | 'plan'>): Promise<readonly string[]>;
}

/**
 * Opens the check of an environment. The live catalogue is fetched when a plan holds something to judge; with `compares`
 * at once, where one is committed, to tell whether that is old (docs/manifests.md, "The catalogue").
 */
export function openCatalogCheck(
  context: Context,
  options: SharedOptions,
  opened: OpenedEnvironment,
  reader: CxoneReader,
  { compares }: { readonly compares: boolean },
): CatalogCheck {
  const { catalog: committed } = opened.loaded;
  let fetched = compares && committed !== undefined ? fetchOrReason(reader) : undefined;
  // It is awaited after the plan is made, which may fail before.
  fetched?.catch(() => undefined);
  const said = new Set<string>();
  return {
    async judge({ changes, plan }) {
      const asking = changes.filter(asksOfCatalog).map(({ resource }) => resource);
      if (fetched === undefined && asking.length === 0) return [];
      fetched ??= fetchOrReason(reader);
      const live = await fetched;
      const notices = typeof live === 'string' ? withoutLive(live) : judged(live);
      if (committed !== undefined && typeof live !== 'string') {
        notices.unshift(...oldFile(options.root, opened.name, committed, live));
      }
      for (const notice of notices) if (!said.has(notice)) say(context, options, `warning: ${notice}`);
      for (const notice of notices) said.add(notice);
      return notices;

      function withoutLive(reason: string): string[] {
        if (committed === undefined) return [`the catalogue was not checked: ${reason}`];
        return [`the committed catalogue was taken for the live one: ${reason}`, ...judged(committed, opened.name)];
      }

      function judged(catalog: Catalog, environment?: string): string[] {
        const findings = catalogFindings(asking, catalog, environment);
        refuse(opened.name, findings);
        // Under --only, the others are none of this run's business.
        const others = plan.only.length > 0 ? [] : opened.loaded.resources.filter((one) => !asking.includes(one));
        const elsewhere = catalogFindings(others, catalog).filter(({ severity }) => severity === undefined);
        return shortened([...findings, ...elsewhere]);
      }
    },
  };
}

/** The live catalogue, or why there is none: CXone refuses what it has not, so that a plan need not wait for it. */
async function fetchOrReason(reader: CxoneReader): Promise<Catalog | string> {
  try {
    const live = await fetchCatalog(reader);
    return typeof live === 'string' ? `this CXone has no list of ${live}` : live.catalog;
  } catch (error) {
    if (error instanceof KnownError && error.code !== 'InterruptedError') return error.message;
    throw error;
  }
}

/** A new engine, or one whose model, profile or extraction changes. */
function asksOfCatalog({ resource, before, after }: PlannedChange): boolean {
  if (resource.identity.kind !== 'SpeechEngine') return false;
  return before === null || catalogPaths.some((path) => member(before, ...path) !== member(after, ...path));
}

function refuse(environment: string, findings: readonly ResourceFinding[]): void {
  const problems = findings.filter(({ severity }) => severity === undefined).map(problemOf);
  if (problems.length === 0) return;
  const errors = counted(problems.length, 'error');
  throw new KnownError(
    'ManifestError',
    `environment ${environment}: held against CXone's catalogue, its changes have ${errors}`,
    {
      hint: 'Nothing was written. Name what the organisation has.',
      problems,
    },
  );
}

function problemOf({ resource, severity, code, path, message, hint }: ResourceFinding): Problem {
  const { file, line, column } = resource.origins.get(path) ?? resource.source;
  const words = `${formatIdentity(resource.identity)}: ${message}`;
  return {
    severity: severity ?? 'error',
    code,
    file,
    line,
    column,
    path,
    message: words,
    ...(hint !== undefined && { hint }),
  };
}

function oldFile(root: string, environment: string, committed: Catalog, live: Catalog): string[] {
  const difference = catalogDifference(committed, live);
  const [models, profiles] = [differing(difference.models), differing(difference.profiles)];
  if (models + profiles === 0) return [];
  const file = `${root}/${environment}/${catalogFile}`;
  const counts = `${counted(models, 'model')} and ${counted(profiles, 'profile')} differ`;
  return [`${file} is old: ${counts} from what CXone has; run \`cxone-gitops catalog ${environment}\``];
}

/** More than anybody reads: one retired model may be in every engine. */
const maxShown = 10;

function shortened(findings: readonly ResourceFinding[]): string[] {
  const lines = findings.slice(0, maxShown).map((finding) => {
    const { file, line, message } = problemOf(finding);
    return `${file}:${line}: ${message}`;
  });
  const more = findings.length - maxShown;
  return more > 0 ? [...lines, `and ${more} more engines ask for what the catalogue has not`] : lines;
}
