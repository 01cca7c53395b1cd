import { isPrivateHost } from '../model/host.js';
import { formatIdentity, type Identity } from '../model/identity.js';
import { isJsonObject, type Json } from '../model/json.js';
import { nearest } from '../model/nearest.js';
import type { Resource } from '../model/resource.js';

/** Something wrong with a resource, at the field to blame. */
export interface ResourceFinding {
  readonly resource: Resource;
  readonly code: string;
  /** JSON Pointer into the manifest. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

/**
 * What no schema can say: fields that contradict each other, and resources that contradict each other. `elsewhere` are
 * identities that manifests name and that are not among the resources, with the reason.
 */
export function crossCheck(resources: readonly Resource[], elsewhere: ReadonlyMap<string, string>): ResourceFinding[] {
  const ids = new Map(resources.map((resource) => [formatIdentity(resource.identity), resource]));
  return [
    ...resources.flatMap((resource) => [
      ...hopSize(resource),
      ...grammarRules(resource),
      ...callbackUrl(resource),
      ...unknownEngines(resource, ids, elsewhere),
    ]),
    ...splitSums(resources),
    ...formerNames(resources, ids),
    ...pinnedTwice(resources),
  ];
}

function hopSize(resource: Resource): ResourceFinding[] {
  const options = member(member(resource.spec, 'audioProcessingOptions'), 'acousticFeatureExtraction');
  const [frame, hop] = [member(options, 'frameSizeMs'), member(options, 'hopSizeMs')];
  if (typeof frame !== 'number' || typeof hop !== 'number' || hop <= frame) return [];
  const path = '/spec/audioProcessingOptions/acousticFeatureExtraction/hopSizeMs';
  const message = `hopSizeMs is ${hop} and frameSizeMs ${frame}: audio between two frames would be skipped.`;
  return [{ resource, code: 'hop-beyond-frame', path, message, hint: `Use at most ${frame}.` }];
}

function grammarRules(resource: Resource): ResourceFinding[] {
  const grammars = resource.spec['grammarConstraints'];
  if (!Array.isArray(grammars)) return [];
  return grammars.flatMap((grammar, index) => rulesOf(resource, grammar, `/spec/grammarConstraints/${index}/content`));
}

/** JSON grammars have rules with ids of their own, or name a file that CXone has (docs/cxone-api.md). */
function rulesOf(resource: Resource, grammar: Json, path: string): ResourceFinding[] {
  const content = member(grammar, 'content');
  if (member(grammar, 'type') !== 'json' || !isJsonObject(content)) return [];
  const { rules, fileName } = content;
  if (!Array.isArray(rules)) {
    if (fileName !== undefined) return [];
    return [
      { resource, code: 'missing-key', path, message: 'The grammar has no rules.', hint: 'Add them under `rules`.' },
    ];
  }
  const seen = new Set<string>();
  return rules.flatMap((rule, index) => {
    const id = member(rule, 'id');
    if (typeof id !== 'string') return [];
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    const message = `Two rules have the id ${id}.`;
    const hint = 'Rules are told apart by their ids: rename one.';
    return [{ resource, code: 'rule-id-twice', path: `${path}/rules/${index}/id`, message, hint }];
  });
}

function callbackUrl(resource: Resource): ResourceFinding[] {
  const text = resource.spec['callbackUrl'];
  if (typeof text !== 'string') return [];
  const wrong = (message: string, hint: string): ResourceFinding[] => [
    { resource, code: 'refused-callback-url', path: '/spec/callbackUrl', message, hint },
  ];
  if (!URL.canParse(text))
    return wrong('callbackUrl is not a URL.', 'For example: https://qa.example.com/webhooks/cxone');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    return wrong(
      'callbackUrl holds credentials.',
      'Send a secret in a header: headers: { X-Signature: { fromEnv: CXONE_WEBHOOK_… } }',
    );
  }
  if (text.includes('#')) return wrong('callbackUrl has a fragment, which is never sent.', 'Leave out what follows #.');
  if (isPrivateHost(url.hostname)) {
    return wrong(`CXone can’t reach ${url.hostname}: it is a private or loopback host.`, 'Name a public host.');
  }
  return [];
}

function unknownEngines(
  resource: Resource,
  ids: ReadonlyMap<string, Resource>,
  elsewhere: ReadonlyMap<string, string>,
): ResourceFinding[] {
  const engines = resource.identity.kind === 'Webhook' ? resource.spec['engines'] : undefined;
  if (!Array.isArray(engines)) return [];
  const findings: ResourceFinding[] = [];
  for (const [index, engine] of engines.entries()) {
    const id = typeof engine === 'string' ? engine : '';
    if (ids.has(id) || elsewhere.get(id) === 'faulty') continue;
    const reason = elsewhere.get(id);
    const meant = nearestEngine(id, ids);
    const message = `${id} ${reason === undefined ? 'is not among the manifests' : `is ${reason}`}.`;
    const hint =
      meant === undefined
        ? 'Name an engine of this environment: SpeechEngine/<name>@<version>.'
        : `Did you mean \`${meant}\`?`;
    findings.push({ resource, code: 'unknown-engine', path: `/spec/engines/${index}`, message, hint });
  }
  return findings;
}

/** By name and version alone: what all identities begin with would make any two of them near. */
function nearestEngine(id: string, ids: ReadonlyMap<string, Resource>): string | undefined {
  const prefix = 'SpeechEngine/';
  const engines = [...ids.keys()]
    .filter((known) => known.startsWith(prefix))
    .map((known) => known.slice(prefix.length));
  const meant = nearest(id.slice(prefix.length), engines);
  return meant === undefined ? undefined : `${prefix}${meant}`;
}

function splitSums(resources: readonly Resource[]): ResourceFinding[] {
  const byName = new Map<string, Resource[]>();
  for (const resource of resources) {
    if (resource.identity.kind !== 'SpeechEngine' || splitOf(resource) === 0) continue;
    const versions = byName.get(resource.identity.name);
    if (versions === undefined) byName.set(resource.identity.name, [resource]);
    else versions.push(resource);
  }
  const findings: ResourceFinding[] = [];
  for (const [name, versions] of byName) {
    const sum = versions.reduce((total, version) => total + splitOf(version), 0);
    const resource = versions.at(-1);
    if (sum <= 100 || resource === undefined) continue;
    const parts = versions.map((version) => `${version.identity.version} at ${splitOf(version)}`).join(', ');
    const message = `The splits of ${name} sum to ${sum}: ${parts}.`;
    findings.push({
      resource,
      code: 'split-sum',
      path: '/spec/trafficSplit',
      message,
      hint: 'They may sum to at most 100.',
    });
  }
  return findings;
}

/** A former name that something else has, or that two claim, would rename the wrong thing. */
function formerNames(resources: readonly Resource[], ids: ReadonlyMap<string, Resource>): ResourceFinding[] {
  const claimed = new Map<string, Resource>();
  const findings: ResourceFinding[] = [];
  for (const resource of resources) {
    for (const [index, name] of resource.previousNames.entries()) {
      const former = formatIdentity({ ...resource.identity, name });
      const other = ids.get(former) ?? claimed.get(former);
      const path = `/metadata/previousNames/${index}`;
      if (name === resource.identity.name) {
        const message = `${name} is the present name.`;
        findings.push({ resource, code: 'former-name', path, message, hint: 'List former names only.' });
      } else if (other !== undefined) {
        const verb = ids.has(former) ? 'is defined' : 'is claimed';
        const message = `${former} ${verb} in ${other.source.file}:${other.source.line} too.`;
        findings.push({
          resource,
          code: 'former-name',
          path,
          message,
          hint: 'A former name belongs to one manifest only.',
        });
      } else {
        claimed.set(former, resource);
      }
    }
  }
  return findings;
}

function pinnedTwice(resources: readonly Resource[]): ResourceFinding[] {
  const byId = new Map<string, Identity>();
  const findings: ResourceFinding[] = [];
  for (const resource of resources) {
    const { engineId } = resource;
    if (engineId === undefined) continue;
    const other = byId.get(engineId);
    if (other === undefined) {
      byId.set(engineId, resource.identity);
      continue;
    }
    const message = `${formatIdentity(other)} has the engineId ${engineId} too.`;
    findings.push({
      resource,
      code: 'pinned-twice',
      path: '/metadata/engineId',
      message,
      hint: 'One live engine has one manifest.',
    });
  }
  return findings;
}

function splitOf({ spec }: Resource): number {
  return typeof spec['trafficSplit'] === 'number' ? spec['trafficSplit'] : 0;
}

function member(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}
