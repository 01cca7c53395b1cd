import type { Attempted } from './attempts.js';
import type { Answer } from './exchange.js';
import { serverWords, wordsText } from './server-words.js';

/** What a sentence names: the method and the path without its query. */
export interface Named {
  readonly method: string;
  readonly path: string;
}

type Mask = (text: string) => string;

/**
 * One sentence on a call that did not succeed: method and path, what happened, the server's words, the correlation id.
 * Holds no secret and no query.
 */
export function failureSentence({ method, path }: Named, attempted: Attempted, mask: Mask): string {
  const happened = `${method} ${path} ${failureWords(attempted, mask)}`;
  const sent = attempted.exchange.kind === 'answer' || attempted.exchange.kind === 'lost';
  return sent && 'correlationId' in attempted
    ? `${happened}. Correlation id ${attempted.correlationId}`
    : `${happened}.`;
}

/** The part of that sentence that says what happened: `answered 403: the licence tier lacks high_decibel`. */
export function failureWords(attempted: Attempted, mask: Mask): string {
  const { exchange } = attempted;
  switch (exchange.kind) {
    case 'interrupted':
      return `was not sent: ${exchange.reason}`;
    case 'not-sent':
      return `was not sent: ${mask(exchange.fault.reason)}`;
    case 'lost':
      return `was sent and got no answer: ${mask(exchange.fault.reason)}`;
    case 'answer':
      return `answered ${exchange.status}: ${answerWords(exchange, mask, attempted)}`;
  }
}

/** The details of a KnownError: what can be done, where something can. */
export function hintOf({ hint }: { readonly hint?: string }): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}

/** The server's words alone, and why a 429 was not waited out. */
export function answerWords(answer: Answer, mask: Mask, attempted: Attempted): string {
  const words = wordsText(serverWords(answer, mask)).replace(/\.$/u, '');
  return 'gaveUp' in attempted && attempted.gaveUp !== undefined ? `${words}; ${attempted.gaveUp}` : words;
}

/** One sentence on a success that can't be used; `fault` says why. */
export function oddAnswerSentence({ method, path }: Named, status: number, fault: string, id: string): string {
  return `${method} ${path} answered ${status} with ${fault}. Correlation id ${id}`;
}
