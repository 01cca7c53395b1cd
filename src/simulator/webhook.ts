import { createHash } from 'node:crypto';
import type { JsonObject } from './json-object.js';

export const EVENT_TYPES = ['speechEngineUpdated', 'speechEngineTrafficSplit'] as const;

/** What a client decides about a webhook (docs/cxone-api.md). */
export interface WebhookSettings {
  name: string;
  callbackUrl: string;
  filter: { eventTypes: readonly string[]; speechEngineIds: readonly string[] };
  /** Header name to a digest of its value: the value itself is kept nowhere. */
  headers: Readonly<Record<string, string>>;
  retryPolicy: { maxRetries: number; retryIntervalMs: number } | null;
}

/** A webhook as it is kept. */
export interface Webhook {
  webhookId: string;
  settings: WebhookSettings;
  status: string;
  createdAt: string;
  updatedAt: string;
}

/** The members of `WebhookSettings`. */
export const WEBHOOK_SETTING_NAMES = ['name', 'callbackUrl', 'filter', 'headers', 'retryPolicy'] as const;

/** A webhook as the API answers it: header values are redacted. */
export function presentWebhook(webhook: Webhook): JsonObject {
  const { webhookId, settings, status, createdAt, updatedAt } = webhook;
  const headers = Object.fromEntries(Object.keys(settings.headers).map((name) => [name, REDACTED]));
  return { webhookId, ...settings, headers, status, createdAt, updatedAt };
}

/** What stands for a secret in every answer and log. */
export const REDACTED = '***';

/** The digest that is kept of a header value, so that a test can tell whether a value arrived; a digest stays as it is. */
export function headerDigest(value: string): string {
  if (/^sha256:[0-9a-f]{64}$/.test(value)) return value;
  return `sha256:${createHash('sha256').update(value, 'utf8').digest('hex')}`;
}
