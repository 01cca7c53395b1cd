import { canonicalJson } from './canonical-json.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';

/** A trusted setting that differs, both sides as text; null where there is none, or the default. */
export interface TrustChange {
  /** Such as `baseUrl`, `credentials.clientId`, `guardrails.maxChanges`, or `webhooks.CXONE_WEBHOOK_QA`. */
  readonly setting: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * What differs between two values of trusted settings, in their order. Either may be of another version of cxone-gitops,
 * which had other settings, so nothing is taken for granted of what they hold.
 */
export function trustChanges(before: JsonObject, after: JsonObject): TrustChange[] {
  const [was, is] = [byName(before), byName(after)];
  const names = new Set([...was.keys(), ...is.keys()]);
  return [...names].flatMap((setting) => {
    const change = { setting, before: was.get(setting) ?? null, after: is.get(setting) ?? null };
    return change.before === change.after ? [] : [change];
  });
}

/** Each setting by its name, the members of objects and the variables of lists one by one. */
function byName(settings: JsonObject): Map<string, string | null> {
  const named = new Map<string, string | null>();
  for (const [member, value] of Object.entries(settings)) {
    if (isJsonObject(value)) {
      for (const [inner, one] of Object.entries(value)) named.set(`${member}.${inner}`, textOf(one));
    } else if (Array.isArray(value)) {
      for (const item of value) named.set(...listed(member, item));
    } else named.set(member, textOf(value));
  }
  return named;
}

function listed(member: string, item: Json): [setting: string, text: string | null] {
  if (!isJsonObject(item) || typeof item['variable'] !== 'string') return [`${member}.${canonicalJson(item)}`, 'set'];
  return [`${member}.${item['variable']}`, textOf(item['origins'] ?? null)];
}

function textOf(value: Json): string | null {
  if (value === null || typeof value === 'string') return value;
  const isTexts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  // A text that holds what joins them would make two lists one: a pattern of `protected` may.
  return isTexts && !value.some((item) => item.includes(', ')) ? value.join(', ') : canonicalJson(value);
}
