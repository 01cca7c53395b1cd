import { readFile, readlink } from 'node:fs/promises';

/** Tells where a process id means something. */
export interface Machine {
  /** Of a machine since it was started; null where the system has no such thing. */
  readonly boot: string | null;
  /** Pids of another namespace (a container) say nothing here; null likewise. */
  readonly namespace: string | null;
}

/** The machine that this runs on. Two machines may well have one name, and so may two containers. */
export async function thisMachine(): Promise<Machine> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null);
  return { boot: boot?.trim() ?? null, namespace: await pidNamespace() };
}

/** Tells containers of one host apart; null where the system has no such thing. */
export async function pidNamespace(): Promise<string | null> {
  return readlink('/proc/self/ns/pid').catch(() => null);
}
