import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../../vitest.config.js';

/** The mutations of a ledger, each checked by the built program: `npm run mutations`. */
export default defineConfig({
  ...base,
  root: fileURLToPath(new URL('../../../', import.meta.url)),
  test: { ...base.test, include: ['test/ledger/verify/mutations.program.ts'], testTimeout: 1_800_000 },
});
