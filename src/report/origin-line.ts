import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';

/** Where a manifest sets a field, and in which layer. */
interface Origin {
  readonly file: string;
  readonly line: number;
  readonly layer: string;
}

/** The line below a field that says what sets it; layers are padded to `column` characters. */
export function originLine(origin: Origin, column: number, { paint }: Pick<Page, 'paint'>): string {
  return `${' '.repeat(8)}${paint.cyan(layerText(origin, column))}  ${paint.dim(placeText(origin))}`;
}

export function layerText({ layer }: Pick<Origin, 'layer'>, column: number): string {
  return escapeTerminal(layer).padEnd(column);
}

/** `environments/dev/engines/ivr.yaml:12`, as editors and terminals link it. */
export function placeText({ file, line }: Pick<Origin, 'file' | 'line'>): string {
  return `${escapeTerminal(file)}:${line}`;
}

/** How wide the longest of the layers is. */
export function layerColumn(origins: readonly Pick<Origin, 'layer'>[]): number {
  return Math.max(0, ...origins.map((origin) => layerText(origin, 0).length));
}
