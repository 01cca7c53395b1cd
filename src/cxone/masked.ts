/** Replaces secrets in text. The values are known, so this is exact: raw, base64 and URL-encoded. */
export interface Mask {
  add(secret: string): void;
  readonly apply: (text: string) => string;
}

export function openMask(): Mask {
  const spellings = new Set<string>();
  return {
    add(secret) {
      if (secret === '') return;
      const bytes = Buffer.from(secret, 'utf8');
      for (const text of [secret, bytes.toString('base64'), bytes.toString('base64url'), encodeURIComponent(secret)]) {
        spellings.add(text);
      }
    },
    apply(text) {
      return [...spellings]
        .toSorted((a, b) => b.length - a.length)
        .reduce((rest, one) => rest.replaceAll(one, '***'), text);
    },
  };
}
