import { canonicalJson } from './canonical-json.js';
import { givesUpRight } from './gives-up-right.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';

/** A trusted setting that differs, both sides as text; null where there is none, or the default. */
export interface TrustChange {
  /** Such as `baseUrl`, `credentials.clientId`, `guardrails.maxChanges`, or `webhooks.CXONE_WEBHOOK_QA`. */
  readonly setting: string;
  readonly before: string | null;
  readonly after: string | null;
  /** `more`: an operator has to accept it. `given-up`: nobody has to. */
  readonly direction: 'more' | 'given-up';
}

/**
 * What differs between two values of trusted settings, in their order. Either may be of another version of cxone-gitops,
 * which had other settings, so nothing is taken for granted of what they hold.
 */
export function trustChanges(before: JsonObject, after: JsonObject): TrustChange[] {
  const [was, is] = [byName(before), byName(after)];
  const names = new Set([...was.keys(), ...is.keys()]);
  return [...names].flatMap((setting) => {
    const values = [was.get(setting) ?? null, is.get(setting) ?? null] as const;
    const [left, right] = [textOf(values[0]), textOf(values[1])];
    if (left === right) return [];
    return [{ setting, before: left, after: right, direction: givesUpRight(setting, ...values) ? 'given-up' : 'more' }];
  });
}

/** Each setting by its name, the members of objects and the variables of lists one by one. */
function byName(settings: JsonObject): Map<string, Json> {
  const named = new Map<string, Json>();
  for (const [member, value] of Object.entries(settings)) {
    if (isJsonObject(value)) {
      for (const [inner, one] of Object.entries(value)) named.set(`${member}.${inner}`, one);
    } else if (Array.isArray(value)) {
      for (const item of value) named.set(...listed(member, item));
    } else named.set(member, value);
  }
  return named;
}

function listed(member: string, item: Json): [setting: string, value: Json] {
  if (!isJsonObject(item) || typeof item['variable'] !== 'string') return [`${member}.${canonicalJson(item)}`, 'set'];
  return [`${member}.${item['variable']}`, item['origins'] ?? null];
}

function textOf(value: Json): string | null {
  if (value === null || typeof value === 'string') return value;
  const isTexts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  // A text that holds what joins them would make two lists one: a pattern of `protected` may.
  return isTexts && !value.some((item) => item.includes(', ')) ? value.join(', ') : canonicalJson(value);
}
