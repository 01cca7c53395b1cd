import type { Kind } from '../model/identity.js';
import type { KindDefinition } from './kind-definition.js';
import { speechEngine } from './speech-engine.js';
import { webhook } from './webhook.js';

/** Every kind, in the order in which they are applied. */
export const kinds: readonly KindDefinition[] = [speechEngine, webhook];

/** The definition of a kind. */
export function kindDefinition(kind: Kind): KindDefinition {
  return kind === 'SpeechEngine' ? speechEngine : webhook;
}
