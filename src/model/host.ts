/** True for 127.0.0.0/8, ::1 and `localhost`, as `URL.hostname` spells them. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * True for a host that no machine outside its own network can mean: loopback, private, link-local and unspecified
 * addresses (RFC 1918, 4193, 6598, 6890), and names that never leave a network (RFC 6761, 6762, 8375).
 * Takes `URL.hostname`, which has already turned `0x7f.1` into `127.0.0.1`.
 */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '');
  if (isLoopbackHost(host)) return true;
  if (host.startsWith('[')) return isPrivateIpv6(host.slice(1, -1));
  const octets = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host);
  if (octets !== null) return isPrivateIpv4(Number(octets[1]), Number(octets[2]));
  return !host.includes('.') || /\.(localhost|local|internal|lan|home\.arpa)$/.test(host);
}

function isPrivateIpv4(first: number, second: number): boolean {
  if (first === 0 || first === 10 || first === 127 || first >= 224) return true;
  if (first === 100) return second >= 64 && second < 128;
  if (first === 169) return second === 254;
  if (first === 172) return second >= 16 && second < 32;
  return first === 192 && second === 168;
}

function isPrivateIpv6(address: string): boolean {
  const mapped = /^::ffff:([0-9a-f]{1,4}):[0-9a-f]{1,4}$/.exec(address);
  if (mapped !== null) {
    const high = Number.parseInt(mapped[1] ?? '', 16);
    return isPrivateIpv4(high >> 8, high & 0xff);
  }
  // Unspecified and loopback, unique local fc00::/7, link-local fe80::/10, multicast ff00::/8.
  return /^(::1?$|f[cd]|fe[89ab]|ff)/.test(address);
}
