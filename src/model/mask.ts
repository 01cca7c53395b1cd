/** Replaces secrets in text. */
export interface Mask {
  readonly add: (secret: string) => void;
  readonly apply: (text: string) => string;
}

/**
 * Secrets are known values, so masking them is exact: raw, base64, URL-encoded, and as JSON spells them. It is the last
 * defence: none is put into output in the first place (docs/security.md, "Output"). Values under 4 characters would mask
 * half of every text, hashes and JSON among it, and are left. Where text is escaped before it is masked, `formats` are its
 * escapes: a secret looks otherwise behind them.
 */
export function openMask(formats: readonly ((text: string) => string)[] = []): Mask {
  let spellings: readonly string[] = [];
  return {
    add(secret) {
      if (secret.length < 4) return;
      const bytes = Buffer.from(secret, 'utf8');
      const spelled = [
        secret,
        bytes.toString('base64'),
        bytes.toString('base64').replace(/=+$/, ''),
        bytes.toString('base64url'),
        encodeURIComponent(secret),
        // A form spells a space as +, and more characters as %XX.
        new URLSearchParams([['', secret]]).toString().slice(1),
        JSON.stringify(secret).slice(1, -1),
      ].flatMap((one) => [one, ...formats.map((escape) => escape(one))]);
      // The longest first: what holds another spelling is masked whole.
      spellings = [...new Set([...spellings, ...spelled])].toSorted((one, other) => other.length - one.length);
    },
    apply: (text) => spellings.reduce((rest, one) => rest.replaceAll(one, '***'), text),
  };
}
