import { isJsonObject } from '../../model/json.js';
import type { Machine } from '../this-machine.js';

/** The run that holds an environment's ledger: `<environment>/holder` on the branch. */
export interface Holder extends Machine {
  /** A random id: no other run has it. */
  readonly run: string;
  /** As the CI's variables claim it, or the user's name; null likewise below. */
  readonly actor: string | null;
  readonly url: string | null;
  readonly pid: number;
  readonly hostname: string;
  /** When it took the ledger by its own clock, ISO 8601. */
  readonly since: string;
}

/** The file's text. `renewed` counts up: a file that changes is a sign of life. */
export function holderText(holder: Holder, renewed: number): string {
  return `${JSON.stringify({ ...holder, renewed })}\n`;
}

/** What a holder file says; undefined for what the tool does not write, of which only this is known: somebody holds it. */
export function parseHolder(text: string): Holder | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const { run, pid, hostname, since } = value;
  if (typeof run !== 'string' || typeof pid !== 'number' || typeof hostname !== 'string' || typeof since !== 'string') {
    return undefined;
  }
  const textOf = (member: string) => (typeof value[member] === 'string' ? value[member] : null);
  return {
    run,
    pid,
    hostname: hostname.slice(0, 253),
    since: since.slice(0, 40),
    actor: textOf('actor')?.slice(0, 200) ?? null,
    url: textOf('url')?.slice(0, 500) ?? null,
    boot: textOf('boot'),
    namespace: textOf('namespace'),
  };
}

/** `ada (https://ci.example.com/runs/7), process 4242 on runner, since 2026-01-31T12:00:00.000Z`. */
export function holderWords(holder: Holder | undefined): string {
  if (holder === undefined) return 'a run that its holder file does not name';
  const { actor, url, pid, hostname, since } = holder;
  const who = `${actor ?? 'a run'}${url === null ? '' : ` (${url})`}`;
  return `${who}, process ${pid} on ${hostname}, since ${since}`;
}

/** True where it can be seen here that its process is gone. */
export function isDead(
  { pid, boot, namespace }: Holder,
  machine: Machine,
  isAlive: ((pid: number) => boolean) | undefined,
): boolean {
  const isHere = boot !== null && boot === machine.boot && namespace !== null && namespace === machine.namespace;
  return isHere && isAlive !== undefined && Number.isInteger(pid) && pid > 0 && !isAlive(pid);
}
