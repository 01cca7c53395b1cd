// Vitest's global set-up: what test/cli starts is built from the present sources, once, before any test.
import { buildWhatIsStale } from '../scripts/build.mjs';

export async function setup() {
  if (!(await buildWhatIsStale({ quiet: true }))) throw new Error('the program can not be built: see above');
}
