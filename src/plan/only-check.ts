import { kindDefinition } from '../kinds/kinds.js';
import { matchesPattern } from '../model/matches-pattern.js';
import type { Problem } from '../model/problem.js';
import { shellQuote } from '../model/shell-quote.js';
import { afterRun, type NamedSplit } from '../traffic/engine-traffic.js';
import { sumByName } from '../traffic/sum-by-name.js';
import type { TrafficIndex } from '../traffic/traffic-index.js';
import { onlySelector } from './only.js';
import type { Comparison } from './planned-change.js';

/**
 * What `--only` leaves out though the selection needs it. It never widens by itself: the problem names what to add.
 * `traffic` is that of a run which changes the selection alone. Returns an empty list when the selection stands on its own.
 */
export function checkOnly(
  patterns: readonly string[],
  desired: readonly Comparison[],
  traffic: TrafficIndex,
): Problem[] {
  if (patterns.length === 0) return [];
  const selected = onlySelector(patterns);
  const left = new Map(desired.filter(({ id, live }) => live === null && !selected(id)).map((one) => [one.id, one]));
  return [
    ...patterns.filter((pattern) => !desired.some(({ id }) => matchesPattern(pattern, id))).map(nothingMatches),
    ...desired.filter(({ id }) => selected(id)).flatMap((change) => missingDependencies(change, left)),
    ...sumsOver100(desired, traffic),
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

/** `left` has what is neither live nor selected. */
function missingDependencies(change: Comparison, left: ReadonlyMap<string, Comparison>): Problem[] {
  const needed = kindDefinition(change.resource.identity.kind).dependsOn(change.after);
  const absent = [...new Set(needed)].filter((id) => left.has(id));
  return absent.map((id) => ({
    ...nowhere,
    ...change.resource.source,
    code: 'only-leaves-out',
    message: `${change.id}: it names ${id}, which is not live and not selected`,
    hint: `Add --only ${shellQuote(id)}.`,
  }));
}

/**
 * What the selection changes and what stays as it is live must fit into 100 together, under each name that a selected
 * engine has or gets. An engine that stays counts under the name that it bears live.
 */
function sumsOver100(desired: readonly Comparison[], traffic: TrafficIndex): Problem[] {
  const sources = new Map(desired.map(({ id, resource }) => [id, resource.source]));
  return traffic.changingNames.flatMap((name) => {
    const versions = traffic.under(name).filter((one) => one.desired !== null);
    const sum = sumByName(versions.map(afterRun)).get(name) ?? 0;
    // Where git gives no engine less than it has, it is the manifests that pass 100.
    const add = versions.filter((one) => !one.changing && servesIn(one.live, name) > servesIn(one.desired, name));
    if (sum <= 100 || add.length === 0) return [];
    const moving = versions.find(({ changing }) => changing);
    return [
      {
        ...nowhere,
        ...sources.get(moving?.id ?? ''),
        code: 'only-splits-over-100',
        message: `SpeechEngine/${name}: with only this selection, its splits would sum to ${sum}`,
        hint: `Select ${add.map(({ id }) => id).join(' and ')} too.`,
      },
    ];
  });
}

function servesIn(share: NamedSplit | null, name: string): number {
  return share !== null && share.name === name ? share.split : 0;
}

/** The command line is no file; lines and columns count from 1 all the same. */
const nowhere = { severity: 'error', file: '', line: 1, column: 1, path: '' } as const;
