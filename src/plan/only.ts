/**
 * A test for printed identities against `--only` patterns, in which `*` stands for any text. Without patterns, everything
 * is selected. Each part between stars is searched once, from left to right, so a match takes linear time.
 */
export function onlySelector(patterns: readonly string[]): (identity: string) => boolean {
  if (patterns.length === 0) return () => true;
  return (identity) => patterns.some((pattern) => matchesPattern(pattern, identity));
}

/** True when `text` is `pattern`, in which `*` stands for any text. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return pattern === text;
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  const end = text.length - tail.length;
  let at = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
