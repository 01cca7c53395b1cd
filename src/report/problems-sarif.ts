import type { Problem } from '../model/problem.js';
import { distinctProblems } from './distinct-problems.js';
import { type EnvironmentReport, isUnread, type UnreadEnvironment } from './environment-report.js';
import { escapeSarif, fileUri } from './escape-sarif.js';
import { jsonReport } from './json.js';
import { problemFingerprints } from './problem-fingerprints.js';

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * SARIF 2.1.0 with one run: a rule for each code that occurs, a result for each problem, a notification for each
 * environment that could not be read. `version` is that of cxone-gitops.
 */
export function problemsSarif(reports: readonly EnvironmentReport[], version: string): string {
  const problems = distinctProblems(reports);
  const codes = [...new Set(problems.map(({ code }) => code))].toSorted();
  const fingerprints = problemFingerprints(problems);
  const unread = reports.filter(isUnread);
  const run = {
    tool: { driver: { name: 'cxone-gitops', version, rules: codes.map(rule), notifications: reasons(unread) } },
    columnKind: 'utf16CodeUnits',
    invocations: [{ executionSuccessful: unread.length === 0, toolExecutionNotifications: unread.map(notification) }],
    results: problems.map((problem, index) => ({
      ruleId: problem.code,
      ruleIndex: codes.indexOf(problem.code),
      level: problem.severity,
      message: message(problem.message, problem.hint),
      locations: locations(problem),
      partialFingerprints: { 'cxone-gitops/v1': fingerprints[index] },
    })),
  };
  return jsonReport({ $schema: schema, version: '2.1.0', runs: [run] });
}

function rule(code: string) {
  const words = code.replaceAll('-', ' ');
  return {
    id: code,
    shortDescription: { text: escapeSarif(`${words.charAt(0).toUpperCase()}${words.slice(1)}.`) },
    help: { text: escapeSarif(`What ${code} is about stands in docs/manifests.md of cxone-gitops.`) },
  };
}

/** What notifications refer to. */
function reasons(unread: readonly UnreadEnvironment[]) {
  return [...new Set(unread.map(({ error }) => error.code))].map((id) => ({ id }));
}

function notification({ environment, error }: UnreadEnvironment) {
  const of = environment === '' ? '' : `Environment ${environment} was not checked: `;
  return {
    level: 'error',
    descriptor: { id: error.code },
    message: message(`${of}${error.message}`, error.hint),
  };
}

/** SARIF has no member for a hint that viewers show. */
function message(text: string, hint: string | undefined) {
  return { text: [text, ...(hint === undefined || hint === '' ? [] : [hint])].map(escapeSarif).join(' ') };
}

function locations({ file, line, column, path }: Problem) {
  if (file === '') return [];
  const physicalLocation = {
    artifactLocation: { uri: fileUri(file) },
    region: { startLine: line, startColumn: column },
  };
  const logicalLocations = path === '' ? {} : { logicalLocations: [{ fullyQualifiedName: path, kind: 'property' }] };
  return [{ physicalLocation, ...logicalLocations }];
}
