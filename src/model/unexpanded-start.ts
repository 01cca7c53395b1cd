/**
 * What a path begins with that a shell expands and this program does not: `~`, `~user`, `$NAME`, `${…}`, `$(…)` or
 * `%NAME%`. Such a path would name a folder of that very name. Undefined for any other path; `./~` is one.
 */
export function unexpandedStart(path: string): string | undefined {
  return /^(?:~[^/\\]*|\$\w+(?=[/\\]|$)|\$[{(][^})]*[})]+|%\w+%)/.exec(path)?.[0];
}
