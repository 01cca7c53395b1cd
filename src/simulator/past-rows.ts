interface Past<Row> {
  readonly row: Row;
  /** When another version took its place, in milliseconds since the epoch. */
  readonly until: number;
}

/** The versions of rows that were replaced a short time ago, so that a read can show a row as it was. */
export class PastRows<Row> {
  readonly #clock: () => number;
  readonly #keepMs: number;
  #byId = new Map<string, Past<Row>[]>();

  /** Keeps each version for `keepMs` milliseconds by `clock`; 0 keeps none. */
  constructor(clock: () => number, keepMs: number) {
    this.#clock = clock;
    this.#keepMs = keepMs;
  }

  /** Keeps the version of a row that is replaced now. */
  keep(id: string, row: Row): void {
    if (this.#keepMs === 0) return;
    const now = this.#clock();
    const kept = (this.#byId.get(id) ?? []).filter(({ until }) => until > now - this.#keepMs);
    this.#byId.set(id, [...kept, { row, until: now }]);
  }

  /** The row as it was `ms` milliseconds ago, or as it was first if it is younger; `row` is how it is now. */
  before(id: string, row: Row, ms: number): Row {
    const moment = this.#clock() - ms;
    return this.#byId.get(id)?.find(({ until }) => until > moment)?.row ?? row;
  }

  forget(): void {
    this.#byId = new Map();
  }
}
