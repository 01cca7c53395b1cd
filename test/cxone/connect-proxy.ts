import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Proxy, readProxy } from '../../src/model/proxy.js';

/** What came to a proxy: its first line, and the credentials. */
export interface AskedOfProxy {
  readonly method: string;
  /** `host:port` of a CONNECT. */
  readonly target: string;
  readonly authorization: string | undefined;
}

export interface ConnectProxy {
  readonly host: string;
  readonly asked: AskedOfProxy[];
  /** The most tunnels that were open at a time. */
  mostOpen(): number;
  close(): void;
}

/** What the proxy does with a CONNECT. */
export type Answering = (socket: Duplex, request: IncomingMessage) => void;

interface Tls {
  readonly key: string;
  readonly cert: string;
}

/** A real HTTP proxy on loopback that answers every CONNECT as it is told; with `tls` it is an https proxy. */
export async function serveProxy(answering: Answering, tls?: Tls): Promise<ConnectProxy> {
  const asked: AskedOfProxy[] = [];
  const sockets = new Set<Socket>();
  let [open, most] = [0, 0];
  const server: Server = tls === undefined ? createServer() : createHttpsServer(tls);
  const note = ({ method = '', url = '', headers }: IncomingMessage) =>
    asked.push({ method, target: url, authorization: headers['proxy-authorization'] });
  server.on('request', (request, response) => {
    note(request);
    response.writeHead(405).end();
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('connect', (request, socket) => {
    note(request);
    open += 1;
    most = Math.max(most, open);
    socket.on('error', () => undefined).once('close', () => (open -= 1));
    answering(socket, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    asked,
    mostOpen: () => most,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Opens each tunnel to one port of loopback, whatever host is asked for. */
export const tunnelTo =
  (port: number): Answering =>
  (socket) => {
    const server = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(server).pipe(socket);
    });
    server.on('error', () => socket.destroy());
    socket.once('close', () => server.destroy());
  };

/** Answers with text and closes. */
export const answerText =
  (text: string): Answering =>
  (socket) =>
    socket.end(text);

/** Answers with a status, headers and a page. */
export const answerStatus = (status: number, headers = ''): Answering =>
  answerText(`HTTP/1.1 ${status} Refused\r\n${headers}content-length: 15\r\n\r\n<html>no</html>`);

/** The proxy as the environment of an operator names it. */
export function proxyOf(host: string, over: Readonly<Record<string, string>> = {}): Proxy {
  const proxy = readProxy({ HTTPS_PROXY: `http://${host}`, ...over });
  if (proxy === undefined) throw new Error('no proxy is named');
  return proxy;
}
