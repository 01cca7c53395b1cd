/** How a text report marks what matters: with colour on a terminal, with nothing elsewhere. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** The page a text report is written on. */
export interface Page {
  readonly paint: Paint;
  /** Columns. */
  readonly width: number;
}

const same = (text: string): string => text;

/** No colour at all. */
export const plainPaint: Paint = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };
