/** A text with the letters A to Z in lower case: how names of hosts and headers compare (RFC 9110, RFC 3986). */
export function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
