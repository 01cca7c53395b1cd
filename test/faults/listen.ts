import type { Server } from 'node:net';

/** Listens on a free port of the loopback. */
export async function listen(server: Server & { closeAllConnections?(): void }) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address');
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections?.();
    await closed;
  };
  return { port: address.port, close };
}
