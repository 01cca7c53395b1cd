/** Tags of BCP 47 from before it had a grammar, as far as they do not fit into it (RFC 5646 §2.1, "irregular" and "regular"). */
const grandfathered: ReadonlySet<string> = new Set(
  (
    'en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu sgn-be-fr ' +
    'sgn-be-nl sgn-ch-de art-lojban cel-gaulish no-bok no-nyn zh-guoyu zh-hakka zh-min zh-min-nan zh-xiang'
  ).split(' '),
);

/**
 * Whether a text is a language tag of BCP 47 (RFC 5646): `en-US`, `zh-yue-HK`, `x-acme`. `Intl` knows Unicode's locale
 * identifiers, which leave three kinds of them out: extended languages, private tags alone, grandfathered ones.
 */
export function isLanguageTag(text: string): boolean {
  const tag = text.toLowerCase();
  if (grandfathered.has(tag) || /^x(-[a-z0-9]{1,8})+$/.test(tag)) return true;
  return isLocale(tag.replace(/^([a-z]{2,3})(?:-[a-z]{3}){1,3}(?=-|$)/, '$1'));
}

function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    // A RangeError says no; there is no other way to ask.
    return false;
  }
}
