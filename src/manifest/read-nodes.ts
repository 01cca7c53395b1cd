import { type Alias, isAlias, isMap, isNode, isScalar, isSeq, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Json, JsonObject } from '../model/json.js';
import type { ParseFault } from './parse-fault.js';
import type { Place } from './place.js';

/** docs/security.md, "Bounds". */
const maxAliases = 100;
const maxAliased = { values: 100_000, characters: 1024 * 1024 };
/** What YAML itself allows a key that no `?` precedes (§7.4.2). */
const maxKeyLength = 1024;

/** The tags of the core schema (YAML 1.2 §10.3), which say no more than the value does. */
const coreTag = /^(!|tag:yaml\.org,2002:(str|int|float|bool|null|map|seq))$/;

const refusedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', '']);

type Read = readonly [value: Json, place: Place];

/** How much something holds; of what an alias stands for as if it were written out. */
interface Size {
  values: number;
  characters: number;
}

/** Turns nodes into values and their places in one pass; collects what JSON, or this program, can't take. */
export class NodeReader {
  readonly faults: ParseFault[] = [];
  private readonly places: boolean;
  private readonly maxFaults: number;
  private readonly anchors = new Map<string, { readonly result: Read; readonly size: Size }>();
  private readonly size: Size = { values: 0, characters: 0 };
  private readonly aliased: Size = { values: 0, characters: 0 };
  private aliases = 0;

  /** `places`: whether to tell where each value stands; `maxFaults`: how many faults are kept. */
  constructor({ places, maxFaults }: { readonly places: boolean; readonly maxFaults: number }) {
    this.places = places;
    this.maxFaults = maxFaults;
  }

  /** How many keys and values aliases stand for. */
  get aliasedValues(): number {
    return this.aliased.values;
  }

  read(node: unknown): Read {
    // Its size is of interest only where an alias may name it.
    const before = isNode(node) && 'anchor' in node && node.anchor !== undefined ? { ...this.size } : undefined;
    this.size.values += 1;
    this.checkTag(node);
    if (isScalar(node)) return this.anchored(node, before, this.scalar(node));
    if (isMap(node)) return this.anchored(node, before, this.mapping(node));
    if (isSeq(node)) return this.anchored(node, before, this.list(node));
    if (isAlias(node)) return this.alias(node);
    return [null, 0];
  }

  /** yaml brings tags such as !!binary and !!omap into play by itself, whose values JSON has not. */
  private checkTag(node: unknown): void {
    const tag = isNode(node) && 'tag' in node ? node.tag : undefined;
    if (tag === undefined || coreTag.test(tag) || !isNode(node)) return;
    this.fault(
      'unknown-tag',
      `The tag ${shortened(tag)} is not known.`,
      node.range?.[0] ?? 0,
      'Manifests are plain data: leave tags out.',
    );
  }

  private anchored(node: Scalar | YAMLMap | YAMLSeq, before: Size | undefined, result: Read): Read {
    if (before === undefined || node.anchor === undefined) return result;
    const { values, characters } = this.size;
    const size = { values: values - before.values, characters: characters - before.characters };
    // Known only now, when it is complete: an alias inside its own anchor finds nothing.
    this.anchors.set(node.anchor, { result, size });
    return result;
  }

  private scalar(node: Scalar): Read {
    const at = node.range?.[0] ?? 0;
    const { value } = node;
    if (typeof value === 'string') {
      this.size.characters += value.length;
      if (!value.isWellFormed()) this.fault('not-unicode', 'The text holds half a character (a lone surrogate).', at);
      return [value, at];
    }
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) {
        this.fault('number-range', 'The number is not finite, or too large to be one.', at);
      } else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        this.fault('number-range', 'The integer is beyond ±9007199254740991: it would be changed silently.', at);
      }
      return [value, at];
    }
    return [typeof value === 'boolean' ? value : null, at];
  }

  private mapping(node: YAMLMap): Read {
    const value: JsonObject = {};
    const keys: string[] = [];
    const keysAt: number[] = [];
    const inner: Place[] = [];
    for (const pair of node.items) {
      const at = isScalar(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
      // `stringKeys` makes every key text; anything else was an error of the document.
      const key = isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : '';
      if (!this.acceptsKey(key, value, at)) continue;
      this.size.values += 1;
      this.size.characters += key.length;
      const [member, place] = pair.value === null ? ([null, at] as const) : this.read(pair.value);
      value[key] = member;
      if (!this.places) continue;
      keys.push(key);
      keysAt.push(at);
      inner.push(place);
    }
    const at = node.range?.[0] ?? 0;
    return [value, this.places ? { at, keys, keysAt, inner } : at];
  }

  private acceptsKey(key: string, value: JsonObject, at: number): boolean {
    const found = (code: string, message: string, hint?: string) => {
      this.fault(code, message, at, hint);
      return false;
    };
    if (refusedKeys.has(key))
      return found('refused-key', key === '' ? 'A key is empty.' : `The key ${key} is not allowed.`);
    if (key.length > maxKeyLength) return found('refused-key', 'The key has more than 1,024 characters.');
    if (!key.isWellFormed()) return found('not-unicode', 'The key holds half a character (a lone surrogate).');
    if (!Object.hasOwn(value, key)) return true;
    return found('duplicate-key', `The key ${shortened(key)} is there twice.`, 'Keep one of them.');
  }

  private list(node: YAMLSeq): Read {
    const value: Json[] = [];
    const inner: Place[] = [];
    for (const item of node.items) {
      const [member, place] = this.read(item);
      value.push(member);
      if (this.places) inner.push(place);
    }
    const at = node.range?.[0] ?? 0;
    return [value, this.places ? { at, inner } : at];
  }

  /** The anchor's own value again, placed at the alias; what it stands for is counted as if it were written out. */
  private alias(node: Alias): Read {
    const at = node.range?.[0] ?? 0;
    this.aliases += 1;
    const anchor = this.anchors.get(node.source);
    if (anchor === undefined) {
      this.fault('unknown-alias', `*${shortened(node.source)} names no anchor before it.`, at);
      return [null, at];
    }
    for (const count of ['values', 'characters'] as const) {
      this.size[count] += anchor.size[count];
      this.aliased[count] += anchor.size[count];
    }
    if (this.aliases > maxAliases || this.isTooMuch()) {
      const message = `More than ${maxAliases} aliases, or they stand for too much.`;
      if (!this.faults.some(({ code }) => code === 'too-many-aliases')) {
        this.fault('too-many-aliases', message, at, 'Write it out.');
      }
      return [null, at];
    }
    const [value, place] = anchor.result;
    return [value, typeof place === 'number' ? at : { ...place, at }];
  }

  private isTooMuch(): boolean {
    return this.aliased.values > maxAliased.values || this.aliased.characters > maxAliased.characters;
  }

  private fault(code: string, message: string, offset: number, hint?: string): void {
    if (this.faults.length >= this.maxFaults) return;
    this.faults.push({ code, message, offset, ...(hint !== undefined && { hint }) });
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
