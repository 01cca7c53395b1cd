import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import path from 'node:path';
import { type Answering, type ConnectProxy, serveProxy, tunnelTo } from '../cxone/connect-proxy.js';
import { listen } from '../faults/listen.js';
import type { Run } from './program.js';
import { closeWorlds, openWorld, type World, type WorldOptions } from './world.js';

/** The host that the program believes to talk to. No name server is ever asked for it. */
export const ACME = 'acme.api.nicecxone.com';

type RunAgainst = (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Run>;

/** A world whose simulator answers as `ACME` behind a CONNECT proxy on loopback. */
export interface ProxiedWorld {
  readonly world: World;
  readonly proxy: ConnectProxy;
  /** How many TLS connections reached the server. */
  readonly connections: () => number;
  /** Runs the program against ACME with HTTPS_PROXY and a trusted certificate; `env` overrides. */
  readonly run: RunAgainst;
  /**
   * The same against the server's own address. To the program 0.0.0.0 is a host off loopback, and a connection to it ends
   * on loopback: what needs no proxy is tried without leaving this machine.
   */
  readonly runAtAddress: RunAgainst;
}

export interface ProxiedWorldOptions extends WorldOptions {
  /** How the proxy answers, where it opens no tunnels. */
  readonly answering?: Answering;
  /** Whom the certificate names. */
  readonly host?: string;
  /** The proxy speaks TLS itself. */
  readonly secureProxy?: boolean;
}

/** The credentials of an organisation: the simulator's own secret never leaves loopback. */
const credentials = { CXONE_CLIENT_ID: 'ci', CXONE_CLIENT_SECRET: 'acme-secret/with+signs' };

const opened: (() => Promise<void>)[] = [];

/** Ends every one, and its world. */
export async function closeProxiedWorlds(): Promise<void> {
  await closeWorlds();
  await Promise.all(opened.splice(0).map((close) => close()));
}

/** Opens the world; needs openssl for the certificate. `closeProxiedWorlds` ends it. */
export async function openProxiedWorld(options: ProxiedWorldOptions = {}): Promise<ProxiedWorld> {
  const { answering, host = ACME, secureProxy = false, ...rest } = options;
  const world = await openWorld(rest);
  const { file, key, cert } = makeCertificate(world.folder, host);
  const front = createServer({ key, cert }, (incoming, answer) => void passOn(world.simulator.url, incoming, answer));
  let connections = 0;
  front.on('secureConnection', () => (connections += 1));
  const { port, close } = await listen(front);
  const proxy = await serveProxy(answering ?? tunnelTo(port), secureProxy ? { key, cert } : undefined);
  opened.push(async () => {
    proxy.close();
    await close();
  });
  const HTTPS_PROXY = `${secureProxy ? 'https' : 'http'}://${proxy.host}`;
  const env = { ...credentials, NODE_EXTRA_CA_CERTS: file, HTTPS_PROXY };
  const address = `0.0.0.0:${port}`;
  return {
    world,
    proxy,
    connections: () => connections,
    run: (args, more) => world.cliWith({ env: { ...env, ...more } }, ...args, '--endpoint', `https://${ACME}`),
    runAtAddress: (args, more) =>
      world.cliWith({ env: { ...env, ...more } }, ...args, '--endpoint', `https://${address}`, '--allow-host', address),
  };
}

function makeCertificate(folder: string, host: string) {
  const [keyFile, file] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')];
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host},IP:127.0.0.1,IP:0.0.0.0`];
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', [...kind, '-keyout', keyFile, '-out', file, ...subject], { stdio: 'pipe' });
  return { file, key: readFileSync(keyFile, 'utf8'), cert: readFileSync(file, 'utf8') };
}

/** Hands a request to the simulator, which knows no other host than its own and no other secret. */
async function passOn(simulator: string, incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  // A request's chunks are buffers: nobody has set an encoding.
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const secret = encodeURIComponent(credentials.CXONE_CLIENT_SECRET);
  const body = Buffer.concat(chunks).toString('utf8').replace(secret, 'simulator-secret');
  const headers = { ...incoming.headers, host: new URL(simulator).host, 'content-length': Buffer.byteLength(body) };
  const onward = request(`${simulator}${incoming.url}`, { method: incoming.method ?? 'GET', headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  onward.end(body);
}
