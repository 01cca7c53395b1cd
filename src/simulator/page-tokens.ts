import { createHmac, timingSafeEqual } from 'node:crypto';
import { isJsonObject } from './json-object.js';
import { Refusal } from './refusal.js';

/** Makes and reads opaque page tokens. A token is good for one listing (path and filters), for a while, in one run. */
export class PageTokens {
  readonly #key: string;
  readonly #clock: () => number;
  readonly #lifetimeMs: number;

  constructor(key: string, clock: () => number, lifetimeMs: number) {
    this.#key = key;
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  /** A token for the page of `listing` that starts at row `position`. */
  issue(listing: string, position: number): string {
    const content = Buffer.from(JSON.stringify({ position, issuedAt: this.#clock() })).toString('base64url');
    return `${content}.${this.#seal(listing, content)}`;
  }

  /**
   * The row position behind a token.
   * @throws Refusal 400 when the token is not one of `listing`, or too old.
   */
  position(listing: string, token: string): number {
    const [content = '', seal = ''] = token.split('.');
    const expected = Buffer.from(this.#seal(listing, content));
    const given = Buffer.from(seal);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw invalid('invalid_page_token', 'is not a token of this listing');
    }
    const read: unknown = JSON.parse(Buffer.from(content, 'base64url').toString('utf8'));
    if (!isJsonObject(read) || typeof read.position !== 'number' || typeof read.issuedAt !== 'number') {
      throw invalid('invalid_page_token', 'is not a token of this listing');
    }
    if (this.#clock() - read.issuedAt > this.#lifetimeMs) throw invalid('expired_page_token', 'has expired');
    return read.position;
  }

  #seal(listing: string, content: string): string {
    return createHmac('sha256', this.#key).update(`${listing}\n${content}`).digest('base64url');
  }
}

function invalid(code: string, message: string): Refusal {
  return new Refusal(400, code, `pageToken: ${message}.`, { details: [{ field: 'pageToken', code, message }] });
}
