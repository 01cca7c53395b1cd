import { onTestFinished } from 'vitest';
import { type ConnectOptions, type CxoneWriter, openWriter } from '../../src/cxone/connect.js';
import type { Clock } from '../../src/model/clock.js';
import type { ScriptedServer } from './scripted-server.js';

/** 2026-01-31T12:00:00Z. */
export const noon = Date.UTC(2026, 0, 31, 12);

/** A clock that passes by being slept on. */
export interface TestClock extends Clock {
  readonly sleeps: number[];
  advance(ms: number): void;
}

export function testClock(): TestClock {
  let now = noon;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    sleep: (ms, signal) => {
      sleeps.push(ms);
      if (signal?.aborted !== true) now += ms;
      return Promise.resolve();
    },
  };
}

/** What a client of the scripted server is opened with. Correlation ids are id-1, id-2, …; jitter takes nothing off. */
export function connectOptions(
  server: Pick<ScriptedServer, 'origin'>,
  over: Partial<ConnectOptions> = {},
): ConnectOptions {
  let ids = 0;
  return {
    endpoint: { baseUrl: server.origin, tokenUrl: `${server.origin}/oauth/token` },
    credentials: { clientId: 'pipeline', clientSecret: 'a-secret/with+signs' },
    concurrency: 4,
    timeoutMs: 5_000,
    version: '1.2.3',
    clock: testClock(),
    random: { uuid: () => `id-${++ids}`, fraction: () => 1 },
    ...over,
  };
}

/** A client of the scripted server, closed when the test ends. */
export function writerOf(server: Pick<ScriptedServer, 'origin'>, over: Partial<ConnectOptions> = {}): CxoneWriter {
  const writer = openWriter(connectOptions(server, over));
  onTestFinished(() => writer.close());
  return writer;
}

/** An engine as the API answers it. */
export function engine(id: string, over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    speechEngineId: id,
    name: `Engine ${id}`,
    version: '1.0.0',
    acousticModelId: 'us-en-acoustic-model-v4',
    languageProfileId: 'us-en-language-profile',
    trafficSplit: 0,
    status: 'active',
    etag: `"${id}-1"`,
    ...over,
  };
}
