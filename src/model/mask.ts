/**
 * A function that masks secrets in text, raw, base64 and URL-encoded. The last defence: secrets are never put into output
 * in the first place (docs/security.md, "Output"). Values under 4 characters would mask half of every text and are left.
 */
export function masker(): { add(secret: string): void; mask(text: string): string } {
  const forms = new Set<string>();
  return {
    add(secret) {
      if (secret.length < 4) return;
      const bytes = Buffer.from(secret, 'utf8');
      const encoded = [bytes.toString('base64'), bytes.toString('base64url')].map((form) => form.replace(/=+$/, ''));
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...encoded])
        forms.add(form);
    },
    mask(text) {
      let masked = text;
      for (const form of forms) masked = masked.replaceAll(form, '***');
      return masked;
    },
  };
}
