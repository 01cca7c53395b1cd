/** How many values a JSON text holds at least, and how deep objects and lists in it are nested. */
export interface JsonSize {
  readonly values: number;
  readonly depth: number;
}

const codes = (signs: string) => Array.from(signs, (sign) => sign.charCodeAt(0));
const [quote, backslash, comma] = codes('"\\,');
const [openList, openObject, closeList, closeObject] = codes('[{]}');

/**
 * The size of a JSON text in memory, before it is parsed: a text of `{},{},…` takes twenty times its length, and nothing
 * can be done any more once that is gone. Of what is no JSON it says anything.
 */
export function jsonSize(text: string): JsonSize {
  let [values, depth, deepest, inText] = [1, 0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (inText) {
      if (sign === backslash) at += 1;
      else if (sign === quote) inText = false;
    } else if (sign === quote) inText = true;
    else if (sign === comma) values += 1;
    else if (sign === openList || sign === openObject) {
      values += 1;
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (sign === closeList || sign === closeObject) depth -= 1;
  }
  return { values, depth: deepest };
}
