import { type Members, readMembers, readNumber, readText, readTexts, reject, rejectUnknown } from './members.js';
import { EVENT_TYPES, headerDigest, type WebhookSettings } from './webhook.js';

/** The settings that a whole webhook body describes, header values already digested. Problems go to the details. */
export function readWebhookSettings(members: Members): WebhookSettings {
  return {
    name: readText(members, 'name'),
    callbackUrl: readCallbackUrl(members),
    filter: readFilter(members),
    headers: readHeaders(members),
    retryPolicy: readRetryPolicy(members),
  };
}

function readCallbackUrl(members: Members): string {
  const text = readText(members, 'callbackUrl');
  if (text !== '' && (!URL.canParse(text) || new URL(text).protocol !== 'https:')) {
    reject(members, 'callbackUrl', 'url', 'must be an absolute https URL');
  }
  return text;
}

function readFilter(members: Members): WebhookSettings['filter'] {
  const filter = readMembers(members, 'filter');
  if (filter === undefined) {
    if ((members.values.filter ?? null) === null) reject(members, 'filter', 'required', 'is required');
    return { eventTypes: [], speechEngineIds: [] };
  }
  rejectUnknown(filter, ['eventTypes', 'speechEngineIds']);
  const eventTypes = readTexts(filter, 'eventTypes');
  const unknown = eventTypes.find((type) => !EVENT_TYPES.some((known) => known === type));
  if (unknown !== undefined) {
    reject(filter, 'eventTypes', 'choice', `${JSON.stringify(unknown)} is none of ${EVENT_TYPES.join(', ')}`);
  } else if (Array.isArray(filter.values.eventTypes) && eventTypes.length === 0) {
    reject(filter, 'eventTypes', 'empty', 'must name at least one event type');
  }
  return { eventTypes, speechEngineIds: readTexts(filter, 'speechEngineIds', []) };
}

function readHeaders(members: Members): Record<string, string> {
  const headers = readMembers(members, 'headers');
  const digests: [string, string][] = [];
  for (const name of Object.keys(headers?.values ?? {})) {
    if (headers === undefined) break;
    const value = readText(headers, name);
    // Neither message may hold the value: it is a secret.
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) reject(headers, name, 'header_name', 'is not a header name');
    if (/[\r\n\0]/.test(value)) reject(headers, name, 'header_value', 'must not hold line breaks');
    digests.push([name, headerDigest(value)]);
  }
  return Object.fromEntries(digests);
}

function readRetryPolicy(members: Members): WebhookSettings['retryPolicy'] {
  const policy = readMembers(members, 'retryPolicy');
  if (policy === undefined) return null;
  rejectUnknown(policy, ['maxRetries', 'retryIntervalMs']);
  return {
    maxRetries: readNumber(policy, 'maxRetries', { min: 0, max: 100, integer: true }, 3),
    retryIntervalMs: readNumber(policy, 'retryIntervalMs', { min: 0, max: 86_400_000, integer: true }, 5000),
  };
}
