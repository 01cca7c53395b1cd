/** Rows by id, in the order in which they were first put. Nothing is ever removed, so a row's position is stable. */
export class Collection<Row extends object> {
  readonly #idOf: (row: Row) => string;
  readonly #rows: Row[] = [];
  readonly #positions = new Map<string, number>();

  constructor(idOf: (row: Row) => string, rows: readonly Row[] = []) {
    this.#idOf = idOf;
    for (const row of rows) this.put(row);
  }

  get(id: string): Row | undefined {
    const position = this.#positions.get(id);
    return position === undefined ? undefined : this.#rows[position];
  }

  put(row: Row): void {
    const id = this.#idOf(row);
    const position = this.#positions.get(id) ?? this.#rows.length;
    this.#positions.set(id, position);
    this.#rows[position] = row;
  }

  /** All rows, live: copy what must not change. */
  rows(): readonly Row[] {
    return this.#rows;
  }
}
