import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

export interface HttpsGit {
  /** Of the repository `origin.git` in the folder that is served. */
  readonly url: string;
  /** The certificate that a client has to trust. */
  readonly certificate: string;
  /** Requests without the right user name and password. */
  refused(): number;
  close(): void;
}

/** Serves the repositories of a folder over https on the loopback, by git's own CGI program, to one user. */
export async function serveGitOverHttps(folder: string, user: string, password: string): Promise<HttpsGit> {
  const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', [...request, '-keyout', key, '-out', certificate, ...subject], { stdio: 'pipe' });
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  let refused = 0;
  const server: Server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (incoming, answer) => {
      if (incoming.headers.authorization !== basic) {
        refused += 1;
        answer.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
        return;
      }
      const url = new URL(incoming.url ?? '/', 'https://localhost');
      const header = (name: string) => String(incoming.headers[name] ?? '');
      const child = spawn('git', ['http-backend'], {
        env: {
          PATH: process.env['PATH'] ?? '',
          GIT_PROJECT_ROOT: folder,
          GIT_HTTP_EXPORT_ALL: '1',
          REMOTE_USER: user,
          REQUEST_METHOD: incoming.method ?? 'GET',
          PATH_INFO: url.pathname,
          QUERY_STRING: url.search.slice(1),
          CONTENT_TYPE: header('content-type'),
          CONTENT_LENGTH: header('content-length'),
          HTTP_CONTENT_ENCODING: header('content-encoding'),
          GIT_PROTOCOL: header('git-protocol'),
        },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      incoming.pipe(child.stdin);
      child.stdin.on('error', () => undefined);
      const parts: Buffer[] = [];
      child.stdout.on('data', (part: Buffer) => parts.push(part));
      child.once('close', () => {
        const all = Buffer.concat(parts);
        const end = all.indexOf('\r\n\r\n');
        const headers = all
          .toString('latin1', 0, end)
          .split('\r\n')
          .map((line) => line.split(': '));
        const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
        for (const [name = '', value = ''] of headers) if (name !== 'Status') answer.setHeader(name, value);
        answer.writeHead(Number.parseInt(status, 10)).end(all.subarray(end + 4));
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Sound: it listens on a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}/origin.git`,
    certificate,
    refused: () => refused,
    close: () => void server.close(),
  };
}
