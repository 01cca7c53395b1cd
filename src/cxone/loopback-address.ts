import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * True for an IP address of this machine's loopback: 127.0.0.0/8, the same as IPv4-mapped IPv6, and ::1. It is where a
 * connection ended, which a host name only promises (docs/security.md, "Hosts").
 */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
