import { KnownError } from '../model/known-error.js';
import type { Mask } from '../model/mask.js';
import type { Attempted, Attempts } from './attempts.js';
import type { ConnectOptions } from './connect-options.js';
import { readToken } from './read-token.js';
import type { Sender } from './send.js';
import { failureSentence, hintOf, oddAnswerSentence } from './sentence.js';

export interface TokenSource {
  /**
   * The token to send now. One request for a token serves everyone who waits for it.
   * @throws KnownError AuthError when the credentials are refused (then for good), ApiError or NetworkError when no
   * usable answer comes, InterruptedError.
   */
  current(): Promise<string>;
  /** Drops a token that was refused, unless a newer one has taken its place already. */
  drop(refused: string): void;
}

interface Token {
  readonly value: string;
  readonly renewAt: number;
}

const renewEarlyMs = 30_000;

/** Tokens by the client credentials grant (docs/cxone-api.md, "POST /oauth/token"). */
export function openTokenSource(options: ConnectOptions, attempts: Attempts, sender: Sender, mask: Mask): TokenSource {
  const { clock, endpoint, credentials } = options;
  const url = new URL(endpoint.tokenUrl);
  const named = { method: 'POST', path: url.pathname };
  let token: Token | undefined;
  let renewal: Promise<string> | undefined;
  let denied: KnownError | undefined;

  const request = (): Promise<Attempted> =>
    attempts.run({
      ...named,
      reads: true,
      isUrgent: true,
      send: () =>
        sender.send({
          method: 'POST',
          url,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({
            client_id: credentials.clientId,
            client_secret: credentials.clientSecret,
            grant_type: 'client_credentials',
          }).toString(),
        }),
    });

  const renew = async (): Promise<string> => {
    const attempted = await request();
    const { exchange } = attempted;
    if (exchange.kind === 'answer' && exchange.status >= 200 && exchange.status < 300) {
      const grant = readToken(exchange);
      if ('fault' in grant) {
        const id = 'correlationId' in attempted ? attempted.correlationId : '';
        throw new KnownError('ApiError', oddAnswerSentence(named, exchange.status, grant.fault, id));
      }
      mask.add(grant.token);
      token = { value: grant.token, renewAt: clock.now() + grant.lifeMs - renewalMs(grant.lifeMs) };
      return token.value;
    }
    const error = tokenError(attempted, failureSentence(named, attempted, mask.apply));
    // The same credentials would be refused again, and repeated failures may lock the client.
    if (error.code === 'AuthError') denied = error;
    throw error;
  };

  return {
    current() {
      if (denied !== undefined) return Promise.reject(denied);
      if (token !== undefined && clock.now() < token.renewAt) return Promise.resolve(token.value);
      renewal ??= renew().finally(() => {
        renewal = undefined;
      });
      return renewal;
    },
    drop(refused) {
      if (token?.value === refused) token = undefined;
    },
  };
}

/** How long before its end a token is renewed. A short-lived token is used for the first half of its life. */
function renewalMs(lifeMs: number): number {
  return Math.min(renewEarlyMs, lifeMs / 2);
}

function tokenError({ exchange }: Attempted, sentence: string): KnownError {
  if (exchange.kind === 'interrupted') return new KnownError(exchange.code, sentence, hintOf(exchange));
  if (exchange.kind !== 'answer') return new KnownError('NetworkError', sentence, hintOf(exchange.fault));
  return new KnownError([400, 401, 403].includes(exchange.status) ? 'AuthError' : 'ApiError', sentence);
}
