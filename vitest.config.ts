import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const { version }: { version: string } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

export default defineConfig({
  // The same constant that scripts/build.mjs puts into the bundle.
  define: { __VERSION__: JSON.stringify(version) },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-program.mjs'],
    maxWorkers: 2,
    testTimeout: 10_000,
    // A run must not depend on who runs it: no colours, no proxies of the developer's shell.
    env: { NO_COLOR: '1', TZ: 'UTC' },
  },
});
