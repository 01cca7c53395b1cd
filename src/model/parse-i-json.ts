import type { Json } from './json.js';

/**
 * The value of a JSON text in which all means to others what it means here (I-JSON, RFC 7493, as RFC 8785 §3.1 asks), or
 * why there is none: it is not JSON, has a member twice, or a number that reading would change.
 */
export function parseIJson(text: string): { readonly json: Json } | { readonly fault: string } {
  let json: Json;
  try {
    // What JSON.parse returns is JSON.
    json = JSON.parse(text) as Json;
  } catch {
    return { fault: "it can't be read as JSON" };
  }
  const fault = changedByReading(text);
  return fault === undefined ? { json } : { fault };
}

function changedByReading(text: string): string | undefined {
  const members: Set<string>[] = [];
  let last = '';
  for (const token of tokensOf(text)) {
    if (token === '{') members.push(new Set());
    else if (token === '}') members.pop();
    else if (token === ':') {
      const known = members.at(-1);
      const name = String(JSON.parse(last));
      if (known?.has(name) === true) return `it has the member ${short(JSON.stringify(name))} twice in one object`;
      known?.add(name);
    } else if (!token.startsWith('"') && isChanged(token)) {
      return `${short(token)} is a number that can't be read as it is`;
    }
    last = token;
  }
  return undefined;
}

/** The texts and numbers of a JSON text, and what says where objects begin, end and have a member. */
function* tokensOf(text: string): Generator<string> {
  // Not the texts themselves: a pattern for a long one would overflow the stack.
  const starts = /["{}:]|-?\d[\d.eE+-]*/gu;
  for (let found = starts.exec(text); found !== null; found = starts.exec(text)) {
    if (found[0] === '"') starts.lastIndex = endOfText(text, found.index);
    yield text.slice(found.index, starts.lastIndex);
  }
}

/** Behind the quote that no odd number of backslashes stands before. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text[before - 1] === '\\') before -= 1;
    if ((end - before) % 2 === 0) return end + 1;
  }
  return text.length;
}

/** A fraction is rounded to the nearest double, as RFC 8785 has it; an integer, which counts or names, must not be. */
function isChanged(token: string): boolean {
  const value = Number(token);
  if (!Number.isFinite(value)) return true;
  if (!/^-?\d+$/u.test(token) || String(value) === token) return false;
  return BigInt(token) !== BigInt(value);
}

function short(token: string): string {
  return token.length > 40 ? `${token.slice(0, 40)}…` : token;
}
