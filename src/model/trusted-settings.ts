import { canonicalJson } from './canonical-json.js';
import type { Guardrails } from './guardrails.js';
import { sha256 } from './hash.js';
import type { JsonObject } from './json.js';

/**
 * The settings of an environment that say where credentials and secrets go and what an apply must not do, after layering
 * (docs/security.md, "Trust").
 */
export interface TrustedSettings {
  /** Of the endpoint as the manifests name it, normalized. */
  readonly baseUrl: string;
  readonly tokenUrl: string;
  /** Names of variables. */
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  /** The ledger's folder as written, or its branch; null for the default. */
  readonly ledger: string | LedgerBranch | null;
  readonly guardrails: Guardrails;
  /** Sorted by variable. */
  readonly webhooks: readonly WebhookTarget[];
}

/** A branch of a configured git remote, by names. */
export interface LedgerBranch {
  readonly remote: string;
  readonly branch: string;
}

/** The variable of a webhook's header, and where its value goes: the origins of all webhooks that name it, sorted. */
export interface WebhookTarget {
  readonly variable: string;
  readonly origins: readonly string[];
}

/** Trusted settings as JSON: what is hashed, recorded in the ledger and compared. */
export function trustedJson(settings: TrustedSettings): JsonObject {
  const { baseUrl, tokenUrl, credentials, ledger, guardrails, webhooks } = settings;
  return {
    baseUrl,
    tokenUrl,
    credentials: { ...credentials },
    ledger: typeof ledger === 'object' && ledger !== null ? { ...ledger } : ledger,
    guardrails,
    webhooks: webhooks.map(({ variable, origins }) => ({ variable, origins: [...origins] })),
  };
}

/** SHA-256 of `cxone-gitops-trust/v1`, a line feed, and the canonical JSON of trusted settings, as 64 hex digits. */
export function trustHash(settings: JsonObject): string {
  return sha256(`cxone-gitops-trust/v1\n${canonicalJson(settings)}`);
}
