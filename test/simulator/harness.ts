import { connect } from 'node:net';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/server.js';

/** An answer, its body parsed where it is JSON. `json` is loose on purpose: tests look at what the wire carried. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: Json;
}

/** JSON that a test may walk into. */
export interface Json {
  readonly [name: string]: Json;
  readonly [index: number]: Json;
}

/** A simulator with a clock that stands still until a test moves it, numbered ids, and a token that is fetched once. */
export interface Harness {
  simulator: Simulator;
  time: { now: number };
  slept: number[];
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  token(clientId?: string, scope?: string): Promise<string>;
}

const running: Harness[] = [];

export async function start(options: SimulatorOptions = {}): Promise<Harness> {
  const time = { now: Date.parse('2026-01-31T12:00:00Z') };
  const slept: number[] = [];
  let ids = 0;
  const simulator = await startSimulator({
    clock: () => time.now,
    randomId: () => `id-${++ids}`,
    sleep: async (ms) => void slept.push(ms),
    ...options,
  });
  let cached: string | undefined;
  const harness: Harness = {
    simulator,
    time,
    slept,
    async token(clientId = 'ci', scope) {
      const form = new URLSearchParams({
        client_id: clientId,
        client_secret: 'simulator-secret',
        grant_type: 'client_credentials',
      });
      if (scope !== undefined) form.set('scope', scope);
      const response = await fetch(`${simulator.url}/oauth/token`, { method: 'POST', body: form });
      const body: unknown = await response.json();
      if (typeof body === 'object' && body !== null && 'access_token' in body) return textOf(body.access_token);
      throw new Error(`no token: ${JSON.stringify(body)}`);
    },
    async call(method, path, body, headers = {}) {
      if (!path.startsWith('/_simulator') && !('authorization' in headers)) cached ??= await harness.token();
      const response = await fetch(`${simulator.url}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(cached === undefined ? {} : { authorization: `Bearer ${cached}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return answerOf(response);
    },
  };
  running.push(harness);
  return harness;
}

/** Closes every simulator that `start` started. */
export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map(({ simulator }) => simulator.close()));
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  // Sound enough for a test: a wrong walk gives undefined or a TypeError, and the test fails.
  return { status: response.status, headers: response.headers, text, json: json as Json };
}

/** A valid POST body, with `changes` over it. */
export function engineBody(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'Production ASR',
    version: '1.0.0',
    acousticModelId: 'us-en-acoustic-model-v4',
    languageProfileId: 'us-en-language-profile',
    ...changes,
  };
}

/** Creates an engine and answers its id. */
export async function create(harness: Harness, changes: Record<string, unknown> = {}): Promise<string> {
  const answer = await harness.call('POST', '/api/v2/speech/engines', engineBody(changes));
  if (answer.status !== 201) throw new Error(answer.text);
  return textOf(answer.json.speechEngineId);
}

/** What a raw connection gets for `request` until it ends: the bytes, and the error's code if it broke. */
export async function rawExchange(port: number, request: string): Promise<{ text: string; error: string | undefined }> {
  return new Promise((resolve) => {
    let text = '';
    let error: string | undefined;
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
    });
    socket.on('error', (problem) => {
      error = 'code' in problem ? String(problem.code) : problem.message;
    });
    socket.on('close', () => resolve({ text, error }));
  });
}

/** `value`, which the test expects to be a text. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`not a text: ${JSON.stringify(value)}`);
  return value;
}
