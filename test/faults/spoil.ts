import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** The answer of a request that was done. */
export interface Done {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A way to spoil an answer. */
export type Spoiling = keyof typeof ways;

export function isSpoiling(value: unknown): value is Spoiling {
  return typeof value === 'string' && value in ways;
}

/** Answers a request that was done otherwise than its server did. */
export function spoil(way: Spoiling, outgoing: ServerResponse, done: Done): void {
  ways[way](outgoing, done);
}

const mebibyte = 1024 * 1024;
const packed = gzipSync(Buffer.alloc(mebibyte, ' '), { level: 9 });
const json = { 'content-type': 'application/json' };

const ways = {
  'hang-after': () => undefined,
  /** Its head and one byte come; the next one every tenth of a second. */
  drip: (outgoing, { status, body }) => {
    outgoing.writeHead(status, { ...json, 'content-length': body.length });
    let sent = 0;
    const timer = setInterval(() => outgoing.write(body.subarray(sent, ++sent)), 100);
    outgoing.once('close', () => clearInterval(timer));
  },
  truncate: (outgoing, { status, body }) => {
    outgoing.writeHead(status, { ...json, 'content-length': body.length });
    outgoing.write(body.subarray(0, Math.ceil(body.length / 2)), () => outgoing.destroy());
  },
  /** Whole by its length, and half a document. */
  half: (outgoing, { status, body }) => {
    outgoing.writeHead(status, json).end(body.subarray(0, Math.ceil(body.length / 2)));
  },
  'no-json': (outgoing, { status }) => void outgoing.writeHead(status, json).end('OK, done!'),
  page: (outgoing, { status }) => {
    outgoing.writeHead(status, { 'content-type': 'text/html' });
    outgoing.end('<!doctype html><html><head><title>Sign in to the network</title></head><body></body></html>');
  },
  'odd-type': (outgoing, { status, headers, body }) => {
    outgoing.writeHead(status, { ...headers, 'content-type': 'text/plain', 'content-length': body.length }).end(body);
  },
  empty: (outgoing, { status }) => void outgoing.writeHead(status, { ...json, 'content-length': 0 }).end(),
  /** 200 MiB, as fast as they are read. */
  flood: (outgoing, { status }) => {
    outgoing.writeHead(status, json);
    let left = 200;
    const chunk = Buffer.alloc(mebibyte, ' ');
    const pour = (): void => {
      while (left > 0 && !outgoing.destroyed) {
        left -= 1;
        if (!outgoing.write(chunk)) return void outgoing.once('drain', pour);
      }
      outgoing.end('{}');
    };
    pour();
  },
  /** 200 KB that are 200 MiB. */
  bomb: (outgoing, { status }) => {
    // Members of gzip one after the other are their texts one after the other (RFC 1952 §2.2).
    const bomb = Buffer.concat(Array.from({ length: 200 }, () => packed));
    outgoing.writeHead(status, { ...json, 'content-encoding': 'gzip', 'content-length': bomb.length }).end(bomb);
  },
  /** The server's clock is five hours ahead. */
  'clock-ahead': (outgoing, { status, headers, body }) => {
    const date = new Date(Date.parse(headers.date ?? '') + 5 * 3_600_000).toUTCString();
    outgoing.sendDate = false;
    outgoing.writeHead(status, { ...headers, date, 'content-length': body.length }).end(body);
  },
} satisfies Record<string, (outgoing: ServerResponse, done: Done) => void>;
