import type { BodyContext } from '../../src/kinds/kind-definition.js';
import type { JsonObject } from '../../src/model/json.js';

/** An engine as the API answers it, with `over` on top. */
export function engine(over: JsonObject = {}): JsonObject {
  return {
    speechEngineId: 'engine-1',
    name: 'IVR',
    version: '1.0.0',
    acousticModelId: 'us-en-acoustic-model-v4',
    languageProfileId: 'us-en-language-profile',
    ...over,
  };
}

/** For bodies that need no ids and no secrets. */
export const noContext: BodyContext = {
  sendsSecrets: false,
  resource: {
    identity: { kind: 'SpeechEngine', name: 'IVR', version: '1.0.0' },
    spec: {},
    previousNames: [],
    origins: new Map(),
    source: { file: 'ivr.yaml', line: 1, column: 1 },
  },
  live: null,
  remoteIdOf: (identity) => {
    throw new Error(`no id of ${identity} was to be asked for`);
  },
  headerValue: (header) => {
    throw new Error(`no value of ${header} was to be asked for`);
  },
};
