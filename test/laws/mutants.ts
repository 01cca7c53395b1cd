import { readdirSync, readFileSync } from 'node:fs';
import { hostilePieces, oddKeys, oddValues } from './hostile-texts.js';

/**
 * Manifests that nobody wrote: example manifests and the cases' folders, mutated. A seed and a number give the same mutant
 * on every machine, so that a failure can be told by them. Used by the tests and by scripts/fuzz.mjs.
 */
export interface Corpus {
  /** Texts of manifests. */
  readonly yaml: readonly string[];
  /** Texts of environment.yaml files. */
  readonly environments: readonly string[];
  readonly grxml: readonly string[];
  readonly json: readonly string[];
  readonly catalogs: readonly string[];
}

/** An environment's files, by their path in its folder. */
export type Mutant = ReadonlyMap<string, Uint8Array>;

/** The example manifests of the project and its cases of defective ones. */
export function readCorpus(project: string): Corpus {
  const files = ['environments', 'test/cases/manifest'].flatMap((folder) =>
    readdirSync(`${project}/${folder}`, { recursive: true, encoding: 'utf8' })
      .toSorted()
      .map((name) => `${project}/${folder}/${name}`),
  );
  const textsOf = (pattern: RegExp) =>
    files.filter((file) => pattern.test(file)).map((file) => readFileSync(file, 'utf8').slice(0, 20_000));
  return {
    yaml: textsOf(/(?<!\/environment)\.ya?ml$/),
    environments: textsOf(/\/environment\.yaml$/),
    grxml: textsOf(/\.grxml$/),
    json: textsOf(/(?<!\/catalog)\.json$/),
    catalogs: textsOf(/\/catalog\.json$/),
  };
}

type Random = () => number;

const environment = 'apiVersion: cxone-gitops/v1\nkind: Environment\nspec:\n  orgId: example-dev\n';

/** One mutated environment; `number` counts from 0. */
export function mutantOf(corpus: Corpus, seed: number, number: number): Mutant {
  const random = generator(seed, number);
  const kind = random();
  if (kind < 0.08) {
    const text = mutated(pick(corpus.environments, random), corpus.environments, random);
    return new Map([['environment.yaml', bytesOf(text, random)]]);
  }
  const files = new Map<string, Uint8Array>([['environment.yaml', encode(environment)]]);
  if (kind > 0.96 && corpus.catalogs.length > 0) {
    const text = mutated(pick(corpus.catalogs, random), corpus.catalogs, random);
    return files.set('a.yaml', encode(naming)).set('catalog.json', bytesOf(text, random));
  }
  if (kind > 0.9) return files.set(...grammarFile(corpus, random)).set('a.yaml', encode(naming));
  return files.set('a.yaml', bytesOf(mutated(pick(corpus.yaml, random), corpus.yaml, random), random));
}

const naming =
  'apiVersion: cxone-gitops/v1\nkind: SpeechEngine\nmetadata: { name: Fuzz }\nspec:\n  version: 1.0.0\n' +
  '  acousticModelId: a\n  languageProfileId: b\n  grammarConstraints:\n' +
  '    - { type: grxml, file: g.grxml }\n    - { type: json, file: rules.json }\n    - { type: list, file: list.json }\n';

function grammarFile(corpus: Corpus, random: Random): [string, Uint8Array] {
  if (random() < 0.5) return ['g.grxml', bytesOf(mutated(pick(corpus.grxml, random), corpus.grxml, random), random)];
  const name = random() < 0.5 ? 'rules.json' : 'list.json';
  return [name, bytesOf(mutated(pick(corpus.json, random), corpus.json, random), random)];
}

function mutated(original: string, others: readonly string[], random: Random): string {
  let text = original;
  // Most damage ends in the parser: half of them get such only that leaves the YAML mostly right.
  const ways = random() < 0.5 ? mutations : gentle;
  for (let times = 1 + Math.floor(random() * 5); times > 0; times -= 1) {
    text = pick(ways, random)(text, random, others).slice(0, 200_000);
  }
  return text;
}

type Mutation = (text: string, random: Random, others: readonly string[]) => string;

const gentle: readonly Mutation[] = [
  function replaceValue(text, random) {
    const at = pickMatch(text, /(?<=[:-] ).+/g, random);
    return at === undefined ? text : text.slice(0, at.from) + pick(oddValues, random) + text.slice(at.to);
  },
  function replaceKey(text, random) {
    const at = pickMatch(text, /[\w"-]+(?=:)/g, random);
    return at === undefined ? text : text.slice(0, at.from) + pick(oddKeys, random) + text.slice(at.to);
  },
  function repeatLine(text, random) {
    const lines = text.split('\n');
    const at = index(lines, random);
    return lines.toSpliced(at, 0, lines[at] ?? '').join('\n');
  },
  function swapLines(text, random) {
    const lines = text.split('\n');
    const [one, other] = [index(lines, random), index(lines, random)];
    return lines
      .with(one, lines[other] ?? '')
      .with(other, lines[one] ?? '')
      .join('\n');
  },
  function appendAnother(text, random, others) {
    return `${text}\n---\n${pick(others, random)}`;
  },
  function anchorAndAlias(text, random) {
    const at = pickMatch(text, /(?<=[:-] ).+/g, random);
    if (at === undefined) return text;
    const anchored = `${text.slice(0, at.from)}&a ${text.slice(at.from)}`;
    const after = anchored.indexOf('\n', at.to);
    return after === -1
      ? anchored
      : insertAt(anchored, after, `\n${pick(['x: *a', '  x: *a', '- *a', '<<: *a', 'x: [*a, *a]'], random)}`);
  },
  function removeLine(text, random) {
    const lines = text.split('\n');
    return lines.toSpliced(index(lines, random), 1).join('\n');
  },
];

const mutations: readonly Mutation[] = [
  ...gentle,
  function removeRange(text, random) {
    const [from, to] = range(text, random);
    return text.slice(0, from) + text.slice(to);
  },
  function repeatRange(text, random) {
    const [from, to] = range(text, random);
    return text.slice(0, to) + text.slice(from, to).repeat(1 + Math.floor(random() ** 4 * 300)) + text.slice(to);
  },
  function insertHostile(text, random) {
    return insertAt(text, anywhere(text, random), pick(hostilePieces, random));
  },
  function insertHostileAtEnd(text, random) {
    return `${text}\n${pick(hostilePieces, random)}`;
  },
  function wrapValue(text, random) {
    const at = pickMatch(text, /(?<=[:-] ).+/g, random);
    if (at === undefined) return text;
    const [open = '', close = ''] = pick(wraps, random);
    const depth = pick([1, 2, 99, 101, 1500], random);
    return (
      text.slice(0, at.from) + open.repeat(depth) + text.slice(at.from, at.to) + close.repeat(depth) + text.slice(at.to)
    );
  },
  function indentLine(text, random) {
    const lines = text.split('\n');
    const at = index(lines, random);
    return lines
      .with(at, pick([' ', '  ', '\t', '-', '- ', '? ', ''], random) + (lines[at] ?? '').trimStart())
      .join('\n');
  },
  function swapTokens(text, random) {
    const tokens = text.split(/([\s:,[\]{}"'<>/]+)/);
    const [one, other] = [index(tokens, random), index(tokens, random)];
    return tokens
      .with(one, tokens[other] ?? '')
      .with(other, tokens[one] ?? '')
      .join('');
  },
  function spliceAnother(text, random, others) {
    const other = pick(others, random);
    const [from, to] = range(other, random);
    return insertAt(text, anywhere(text, random), other.slice(from, to));
  },
  function otherLineEnds(text, random) {
    return text.replaceAll('\n', pick(['\r\n', '\r', '\u2028', '\u0085', ''], random));
  },
  function truncate(text, random) {
    return text.slice(0, anywhere(text, random));
  },
];

const wraps = [
  ['[', ']'],
  ['{a: ', '}'],
  ['{ "a": [', ']}'],
  ['- ', ''],
  ['! ', ''],
  ['"', '"'],
];

/** Mostly UTF-8; at times with some bytes turned over, or in another encoding. */
function bytesOf(text: string, random: Random): Uint8Array {
  const way = random();
  if (way < 0.02)
    return new Uint8Array(
      new Uint16Array(Array.from(text.slice(0, 5000), (character) => character.charCodeAt(0))).buffer,
    );
  const bytes = encode(way < 0.04 ? `\ufeff${text}` : text);
  if (way > 0.9 && bytes.length > 0) {
    for (let times = 1 + Math.floor(random() * 3); times > 0; times -= 1) {
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    }
  }
  return bytes;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function insertAt(text: string, at: number, inserted: string): string {
  return text.slice(0, at) + inserted + text.slice(at);
}

function anywhere(text: string, random: Random): number {
  return Math.floor(random() * (text.length + 1));
}

/** Mostly short. */
function range(text: string, random: Random): readonly [from: number, to: number] {
  const from = anywhere(text, random);
  return [from, Math.min(text.length, from + 1 + Math.floor(random() ** 3 * 200))];
}

function pickMatch(text: string, pattern: RegExp, random: Random) {
  const matches = [...text.matchAll(pattern)];
  const match = matches[index(matches, random)];
  return match === undefined ? undefined : { from: match.index, to: match.index + match[0].length };
}

function index(list: readonly unknown[], random: Random): number {
  return Math.floor(random() * list.length);
}

function pick<Item>(list: readonly Item[], random: Random): Item {
  const item = list[index(list, random)];
  if (item === undefined) throw new Error('there is nothing to pick from');
  return item;
}

/** Mulberry32: 32 bits of state are plenty for one mutant. */
function generator(seed: number, number: number): Random {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
