import { setFlagsFromString } from 'node:v8';

/**
 * Tells V8 to collect garbage before it is half of what is in use. Where a machine has memory, V8 lets it grow to several
 * times of that, and hostile manifests would take more than docs/security.md ("Bounds") promises. It costs time, so it is
 * asked for only where manifests are many (docs/decisions/0015-bounds-of-an-environment.md).
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=50');
}
