import type { Environment } from './generated/environment.js';

/** What an apply must not do, as environment.yaml says it; without members, nothing (docs/manifests.md, "Guardrails"). */
export type Guardrails = NonNullable<Environment['spec']['guardrails']>;

export type ChangeWindow = NonNullable<Guardrails['changeWindows']>['windows'][number];
