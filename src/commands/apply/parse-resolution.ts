import { formatIdentity, parseIdentity } from '../../model/identity.js';
import { KnownError } from '../../model/known-error.js';

/** What a person found out about a request: the id that it made, or null where it made nothing. */
export interface Resolution {
  /** The printed identity. */
  readonly id: string;
  readonly answer: string | null;
}

/** Reads `IDENTITY=ID` or `IDENTITY=absent` of `apply --resolve`. Throws a KnownError (OptionError) for anything else. */
export function parseResolution(text: string): Resolution {
  // A name may hold =, an id can't.
  const [, id = '', answer = ''] = /^(.+)=([A-Za-z0-9_-]{1,128})$/su.exec(text) ?? [];
  const identity = parseIdentity(id);
  if (identity !== undefined) return { id: formatIdentity(identity), answer: answer === 'absent' ? null : answer };
  throw new KnownError('OptionError', `--resolve ${text}: it is not IDENTITY=ID or IDENTITY=absent`, {
    hint: "Such as --resolve 'SpeechEngine/Production ASR Engine@2.1.0=8f1c2d'.",
  });
}
