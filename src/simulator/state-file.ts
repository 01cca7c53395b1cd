import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { isJsonObject, type JsonObject } from './json-object.js';
import { SimulatorOptionError } from './option-error.js';

/** One row that was put into a list of the state. */
export interface RowChange {
  list: string;
  idName: string;
  row: JsonObject;
}

/**
 * A state on disk: `path` holds the whole state, `path.journal` the rows put since, one JSON line each. A line is
 * written before the answer leaves, so a killed simulator has forgotten nothing that it answered; the whole is
 * rewritten (temporary file, then rename) at the start, when the journal has grown, and at the end. Both carry a
 * generation, so that a journal is never read onto a state that it does not belong to.
 */
export class StateFile {
  readonly #path: string;
  #generation = 0;
  #journal: number | undefined;
  #journalBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * The state as it was left, or undefined when there is none yet.
   * @throws SimulatorOptionError when the file can't be read or is not JSON.
   */
  load(): JsonObject | undefined {
    if (!existsSync(this.#path)) return undefined;
    const state = parse(this.#path, readText(this.#path));
    if (!isJsonObject(state))
      throw new SimulatorOptionError(`--state ${this.#path}: the file must hold a JSON object.`);
    if (typeof state.generation === 'number') this.#generation = state.generation;
    const journal = `${this.#path}.journal`;
    if (existsSync(journal)) replay(state, this.#generation, journal);
    return state;
  }

  /** Adds one change; it survives a kill once this returns. True when it is time to `save` the whole. */
  append(change: RowChange): boolean {
    if (this.#journal === undefined) return false;
    this.#journalBytes += writeSync(this.#journal, `${JSON.stringify(change)}\n`);
    return this.#journalBytes > JOURNAL_LIMIT;
  }

  /**
   * Writes the whole state and starts an empty journal.
   * @throws SimulatorOptionError when the file can't be written.
   */
  save(state: JsonObject): void {
    this.close();
    this.#generation += 1;
    try {
      const temporary = `${this.#path}.tmp`;
      const file = openSync(temporary, 'w', 0o600);
      writeFileSync(file, `${JSON.stringify({ ...state, generation: this.#generation }, undefined, 1)}\n`);
      fsyncSync(file);
      closeSync(file);
      renameSync(temporary, this.#path);
      this.#journal = openSync(`${this.#path}.journal`, 'w', 0o600);
      this.#journalBytes = writeSync(this.#journal, `${JSON.stringify({ generation: this.#generation })}\n`);
    } catch (error) {
      throw new SimulatorOptionError(`--state ${this.#path}: can't be written (${reason(error)}).`);
    }
  }

  close(): void {
    if (this.#journal !== undefined) closeSync(this.#journal);
    this.#journal = undefined;
  }
}

/** The journal is folded into the state when it passes this many bytes. */
const JOURNAL_LIMIT = 32 * 1024 * 1024;

/** Puts the journal's rows into `state`. A last line without its newline was cut by a kill and never answered. */
function replay(state: JsonObject, generation: number, journal: string): void {
  const lines = readText(journal).split('\n').slice(0, -1);
  const header = lines.length === 0 ? undefined : parse(journal, lines[0] ?? '');
  if (!isJsonObject(header) || header.generation !== generation) return;
  const positions = new Map<string, Map<unknown, number>>();
  for (const line of lines.slice(1)) {
    const change = parse(journal, line);
    if (!isJsonObject(change) || !isJsonObject(change.row)) throw damaged(journal);
    const { list, idName, row } = change;
    if (typeof list !== 'string' || typeof idName !== 'string') throw damaged(journal);
    const rows = state[list] ?? [];
    if (!Array.isArray(rows)) throw damaged(journal);
    const known =
      positions.get(list) ?? new Map(rows.map((old: unknown, at) => [isJsonObject(old) && old[idName], at]));
    const at = known.get(row[idName]) ?? rows.length;
    rows[at] = row;
    positions.set(list, known.set(row[idName], at));
    state[list] = rows;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SimulatorOptionError(`--state ${path}: can't be read (${reason(error)}).`);
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(path);
  }
}

function damaged(path: string): SimulatorOptionError {
  return new SimulatorOptionError(`--state ${path}: is not a state of the simulator; remove it to start afresh.`);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
