import { realpathSync } from 'node:fs';
import path from 'node:path';

/**
 * True where a symbolic link inside the repository whose top is `top` leads to the folder. A pull request can change where
 * such a link leads, and so which folder a ref is asked for; a link outside leads where the operator had it lead
 * (docs/security.md, "Trust"). Throws where one of them is not there.
 */
export function reachedByLink(top: string, folder: string): boolean {
  const [realTop, named] = [realpathSync(top), path.resolve(folder)];
  let above: string | undefined;
  for (let at = named; ; at = path.dirname(at)) {
    // The outermost counts: a link may lead to the top itself.
    if (realpathSync(at) === realTop) above = at;
    if (at === path.dirname(at)) break;
  }
  return above !== undefined && path.relative(above, named) !== path.relative(realTop, realpathSync(named));
}
