// The package's own declarations have a name that TypeScript does not look for.
declare module 'unicode-confusables' {
  /** The text with each character replaced by the one that it can be taken for (UTS #39, confusables.txt). */
  export function rectifyConfusion(text: string): string;
}
