import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Returns what to do last, when the process exits: it closes each of the descriptors 0 to 2 that was a terminal at the
 * start and is none now. Node restores the settings of its terminals at its end, and aborts with a core dump (exit 134)
 * if a terminal refuses because its window was closed. It passes over a descriptor that is closed.
 */
export function closeLostTerminals(): () => void {
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  return () => {
    for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor);
  };
}
