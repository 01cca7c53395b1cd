/** A SpeechEngine manifest that is complete; `spec` and `metadata` are over what it has. */
export function engine(name: string, spec: object = {}, metadata: object = {}) {
  return {
    apiVersion: 'cxone-gitops/v1',
    kind: 'SpeechEngine',
    metadata: { name, ...metadata },
    spec: { version: '1.0.0', ...models, ...spec },
  };
}

/** A Webhook manifest that is complete. */
export function webhook(name: string, spec: object = {}) {
  return {
    apiVersion: 'cxone-gitops/v1',
    kind: 'Webhook',
    metadata: { name },
    spec: { callbackUrl: 'https://qa.example.com/hook', eventTypes: ['speechEngineUpdated'], ...spec },
  };
}

/** A live engine, for the simulator's state. */
export function liveEngine(speechEngineId: string, name: string, members: object = {}) {
  return { speechEngineId, name, version: '1.0.0', ...models, ...withFlag(members) };
}

/** An audio pipeline. */
export const pipeline = {
  noiseSuppression: { enabled: true, algorithm: 'spectralSubtraction', noiseFloorDb: -45 },
  acousticFeatureExtraction: { enabled: true, mode: 'high_decibel', preemphasisCoefficient: 0.97 },
};

const models = { acousticModelId: 'us-en-acoustic-model-v4', languageProfileId: 'us-en-language-profile' };

function withFlag(members: object): object {
  const split = 'trafficSplit' in members ? members.trafficSplit : 0;
  return { ...members, abTestingEnabled: typeof split === 'number' && split > 0 };
}
