/**
 * True when an endpoint, spelled as entries do (normalized), is on the machine itself: 127.0.0.0/8, ::1 or localhost. By
 * the text alone, so that who checks a ledger needs no parser of URLs (docs/ledger.md, "The chain").
 */
export function isLoopback(endpoint: string): boolean {
  return /^https?:\/\/(localhost|\[::1\]|127\.\d+\.\d+\.\d+)([:/]|$)/u.test(endpoint);
}
