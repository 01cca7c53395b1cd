import { pointerSegments } from '../model/pointer.js';
import { escapeTerminal } from './escape-terminal.js';
import { cutMiddle } from './value.js';

/** A member that differs, as one of a block's rows. */
export interface FieldRow {
  /** JSON Pointer below `spec`. */
  readonly path: string;
  /** The values on both sides; which is which is the caller's. */
  readonly values: readonly [unknown, unknown];
}

const indent = 4;

/**
 * The rows of a block: the members of one object stand under its name, and values begin in one column. `print` gets each
 * row and the room that is left for its values.
 */
export function fieldTable<Row extends FieldRow>(
  rows: readonly Row[],
  width: number,
  print: (row: Row, room: number) => string,
): string[] {
  const labels = rows.map(labelOf);
  const longest = Math.max(0, ...labels.map(({ label, depth }) => depth * 2 + label.length));
  const column = Math.min(longest, Math.floor(width * 0.6));
  const lines: string[] = [];
  let open: string | undefined;
  for (const [index, row] of rows.entries()) {
    const { parent, label, depth } = labels[index] ?? { parent: undefined, label: '', depth: 0 };
    if (parent !== undefined && parent !== open) lines.push(`${' '.repeat(indent)}${parent}`);
    open = parent;
    const name = `${' '.repeat(depth * 2)}${cutMiddle(label, column - depth * 2)}`;
    lines.push(`${' '.repeat(indent)}${name.padEnd(column)}  ${print(row, width - indent - column - 2)}`);
  }
  return lines;
}

/** An item of a set is named by its value, so its key is not repeated. */
function labelOf({ path, values }: FieldRow): { parent: string | undefined; label: string; depth: number } {
  const segments = pointerSegments(path);
  const last = segments.at(-1) ?? '';
  if (segments.length > 1 && values.includes(last)) segments.pop();
  const [first = '', ...rest] = segments.map(escapeTerminal);
  return rest.length === 0
    ? { parent: undefined, label: first, depth: 0 }
    : { parent: first, label: rest.join('/'), depth: 1 };
}
