/** How a text report marks what matters: with colour on a terminal, with nothing elsewhere. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
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
