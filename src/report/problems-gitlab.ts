import { allProblems } from './distinct-problems.js';
import type { EnvironmentReport } from './environment-report.js';
import { escapeTerminal } from './escape-terminal.js';
import { jsonReport } from './json.js';
import { problemFingerprints } from './problem-fingerprints.js';

/**
 * A Code Quality report for GitLab: a JSON array, an entry a problem. GitLab shows the description as it is, so what is
 * unsafe to read shows as an escape there.
 */
export function problemsGitlab(reports: readonly EnvironmentReport[]): string {
  const problems = allProblems(reports);
  const fingerprints = problemFingerprints(problems);
  return jsonReport(
    problems.map(({ severity, code, file, line, message, hint }, index) => ({
      description: [message, ...(hint === undefined ? [] : [hint])].map(escapeTerminal).join(' '),
      check_name: escapeTerminal(code),
      fingerprint: fingerprints[index],
      severity: severity === 'error' ? 'major' : 'minor',
      location: { path: file === '' ? '.' : escapeTerminal(file), lines: { begin: line } },
    })),
  );
}
