/** True for a remote id that may enter a path or a query (docs/security.md, "Ids, paths, names"). */
export function isRemoteId(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{1,128}$/.test(value);
}

/** The id as a path segment; throws for one that may not enter a path. */
export function pathSegment(remoteId: string): string {
  if (!isRemoteId(remoteId)) throw new Error(`${JSON.stringify(remoteId)} is no remote id.`);
  return remoteId;
}
