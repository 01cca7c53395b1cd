/** True when an endpoint's host is the machine itself: 127.0.0.0/8, ::1 or localhost (docs/security.md, "Hosts"). */
export function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { hostname } = new URL(endpoint);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/u.test(hostname);
}
