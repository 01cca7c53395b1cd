/** `1 entry`, `2 entries`; without `plural`, an s is added. */
export function counted(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
