import { kindDefinition } from '../kinds/kinds.js';
import { trafficSplitOf } from '../kinds/speech-engine.js';
import { matchesPattern } from '../model/matches-pattern.js';
import type { Problem } from '../model/problem.js';
import { shellQuote } from '../model/shell-quote.js';
import { onlySelector } from './only.js';
import type { Comparison } from './planned-change.js';

/**
 * What `--only` leaves out though the selection needs it. It never widens by itself: the problem names what to add.
 * Returns an empty list when the selection stands on its own.
 */
export function checkOnly(patterns: readonly string[], desired: readonly Comparison[]): Problem[] {
  if (patterns.length === 0) return [];
  const selected = onlySelector(patterns);
  return [
    ...patterns.filter((pattern) => !desired.some(({ id }) => matchesPattern(pattern, id))).map(nothingMatches),
    ...desired.filter(({ id }) => selected(id)).flatMap((change) => missingDependencies(change, desired, selected)),
    ...sumsOver100(desired, selected),
  ];
}

function nothingMatches(pattern: string): Problem {
  return {
    ...nowhere,
    code: 'only-matches-nothing',
    message: `--only ${pattern}: no manifest has this identity`,
    hint: 'Identities look like SpeechEngine/NAME@VERSION and Webhook/NAME; * stands for any text.',
  };
}

function missingDependencies(
  change: Comparison,
  desired: readonly Comparison[],
  selected: (id: string) => boolean,
): Problem[] {
  const needed = kindDefinition(change.resource.identity.kind).dependsOn(change.after);
  const absent = desired.filter(({ id, live }) => needed.includes(id) && live === null && !selected(id));
  return absent.map(({ id }) => ({
    ...nowhere,
    ...change.resource.source,
    code: 'only-leaves-out',
    message: `${change.id}: it names ${id}, which is not live and not selected`,
    hint: `Add --only ${shellQuote(id)}.`,
  }));
}

/** What stays as it is live and what the selection changes must fit into 100 together. */
function sumsOver100(desired: readonly Comparison[], selected: (id: string) => boolean): Problem[] {
  const names = new Map<string, Comparison[]>();
  for (const change of desired) {
    if (change.resource.identity.kind !== 'SpeechEngine') continue;
    names.set(change.resource.identity.name, [...(names.get(change.resource.identity.name) ?? []), change]);
  }
  return [...names].flatMap(([name, versions]) => {
    const moving = versions.filter(({ id }) => selected(id));
    const staying = versions.filter(({ id, before }) => !selected(id) && before !== null);
    const sum = total(moving.map(({ after }) => after)) + total(staying.map(({ before }) => before ?? {}));
    if (sum <= 100 || total(versions.map(({ after }) => after)) > 100) return [];
    const add = staying.filter(({ unchanged }) => !unchanged).map(({ id }) => id);
    return [
      {
        ...nowhere,
        ...moving[0]?.resource.source,
        code: 'only-splits-over-100',
        message: `SpeechEngine/${name}: with only this selection, its splits would sum to ${sum}`,
        hint: `Select ${add.join(' and ')} too.`,
      },
    ];
  });
}

function total(states: readonly Comparison['after'][]): number {
  return states.reduce((sum, state) => sum + trafficSplitOf(state), 0);
}

/** The command line is no file; lines and columns count from 1 all the same. */
const nowhere = { severity: 'error', file: '', line: 1, column: 1, path: '' } as const;
