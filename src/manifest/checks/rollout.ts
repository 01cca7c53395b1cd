import { trafficSplitOf } from '../../kinds/speech-engine.js';
import { formatIdentity, type Identity, parseIdentity } from '../../model/identity.js';
import type { Json } from '../../model/json.js';
import { nearest } from '../../model/nearest.js';
import type { Resource } from '../../model/resource.js';
import type { ResourceFinding } from './resource-finding.js';

/**
 * What contradicts itself in rollouts (docs/manifests.md, "Rollouts"): steps that don't rise or don't end at the split, a
 * baseline that is no other version of the same name, and members that are missing after layering. That this version does
 * not carry rollouts out is a warning; plan and apply refuse them. Steps are not held against the splits of the names in
 * `unsureSplits`.
 */
export function rollouts(resources: readonly Resource[], unsureSplits: ReadonlySet<string>): ResourceFinding[] {
  const ids = new Set(resources.map(({ identity }) => formatIdentity(identity)));
  const hintOf = baselineHints(resources);
  return resources.flatMap((resource) => {
    const { rollout } = resource;
    if (rollout === undefined) return [];
    return [
      notCarriedOut(resource),
      ...missing(resource, rollout),
      ...steps(resource, rollout['steps'], { ending: !unsureSplits.has(resource.identity.name) }),
      ...baseline(resource, rollout, ids, hintOf),
    ];
  });
}

function notCarriedOut(resource: Resource): ResourceFinding {
  const message = `The rollout of ${formatIdentity(resource.identity)} is checked, but not carried out by this version.`;
  const hint = 'plan and apply refuse it: take it away, and move traffic by editing both splits.';
  return {
    resource,
    severity: 'warning',
    code: 'rollout-not-carried-out',
    path: '/rollout',
    part: 'key',
    message,
    hint,
  };
}

const required = { baseline: 'baseline: Production ASR Engine@2.0.0', steps: 'steps: [10, 25, 50, 100]' };

function missing(resource: Resource, rollout: { readonly [member: string]: Json }): ResourceFinding[] {
  const absent = Object.entries(required).filter(([name]) => !Object.hasOwn(rollout, name));
  return absent.map(([name, example]) => {
    const message = `The rollout of ${formatIdentity(resource.identity)} has no ${name} in any layer.`;
    return { resource, code: 'incomplete', path: `/rollout/${name}`, message, hint: `Add it. For example: ${example}` };
  });
}

function steps(
  resource: Resource,
  value: Json | undefined,
  { ending }: { readonly ending: boolean },
): ResourceFinding[] {
  if (!Array.isArray(value)) return [];
  const percents = value.filter((step) => typeof step === 'number');
  const last = percents.at(-1);
  // Steps of another type are the schema's to refuse.
  if (percents.length !== value.length || last === undefined) return [];
  const at = { resource, code: 'rollout-steps' } as const;
  const falls = percents.findIndex((step, index) => index > 0 && step <= (percents[index - 1] ?? 0));
  if (falls > 0) {
    const message = `Step ${falls + 1} of the rollout is ${percents[falls]}, and the step before it ${percents[falls - 1]}.`;
    return [{ ...at, path: `/rollout/steps/${falls}`, message, hint: 'Each step must be higher than the last.' }];
  }
  const split = trafficSplitOf(resource.spec);
  if (!ending || last === split) return [];
  const message = `The rollout's last step is ${last}, and spec.trafficSplit is ${split}.`;
  const hint = 'The last step is where the traffic stays: give both the same value.';
  return [{ ...at, path: `/rollout/steps/${percents.length - 1}`, message, hint }];
}

function baseline(
  resource: Resource,
  rollout: { readonly [member: string]: Json },
  ids: ReadonlySet<string>,
  hintOf: (identity: Identity) => string,
): ResourceFinding[] {
  const { baseline: named } = rollout;
  const id = typeof named === 'string' ? `SpeechEngine/${named}` : '';
  const identity = parseIdentity(id);
  if (typeof named !== 'string' || identity === undefined) return [];
  const { name, version } = resource.identity;
  const at = { resource, code: 'rollout-baseline', path: '/rollout/baseline' } as const;
  if (ids.has(id) && identity.name === name && identity.version !== version) return [];
  const hint = hintOf(resource.identity);
  if (identity.name === name && identity.version === version) {
    return [{ ...at, message: `The baseline ${named} is the engine itself.`, hint }];
  }
  if (identity.name !== name) {
    const message = `The baseline ${named} has another name: traffic moves between versions of ${name} only.`;
    return [{ ...at, message, hint }];
  }
  return [{ ...at, message: `The baseline ${named} is not among the manifests.`, hint }];
}

/** So many versions are looked through for the nearest one: who has more finds another one by himself. */
const maxCandidates = 100;

/** What to write instead, for an engine: another version of its name, the nearest one first. */
function baselineHints(resources: readonly Resource[]): (identity: Identity) => string {
  const versionsOf = new Map<string, string[]>();
  for (const { identity } of resources) {
    if (identity.kind !== 'SpeechEngine' || identity.version === undefined) continue;
    const known = versionsOf.get(identity.name);
    if (known === undefined) versionsOf.set(identity.name, [identity.version]);
    else if (known.length < maxCandidates) known.push(identity.version);
  }
  return ({ name, version = '' }) => {
    const others = (versionsOf.get(name) ?? []).filter((other) => other !== version);
    const meant = nearest(version, others) ?? others[0];
    return meant === undefined
      ? `Name another version of ${name}, as <name>@<version>.`
      : `Write baseline: ${name}@${meant}`;
  };
}
