import type { buildConnector } from 'undici';
import { isLoopbackAddress } from './loopback-address.js';

/**
 * The same connector, for connections that must end on this machine whatever the host is called: one that ended
 * elsewhere is closed before a byte of a request is written to it (docs/security.md, "Hosts").
 */
export function onlyLoopback(connect: buildConnector.connector): buildConnector.connector {
  return (target, callback) => {
    connect(target, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      const address = socket.remoteAddress ?? 'nowhere';
      if (isLoopbackAddress(address)) return callback(null, socket);
      socket.destroy();
      return callback(new Error(`${target.hostname} led to ${address}, which is not loopback`), null);
    });
  };
}
