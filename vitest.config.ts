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
    // Of one file, at the same time. Each may have processes of the program and of git beside it.
    maxConcurrency: 3,
    // What hangs is ended. It says nothing of speed: a machine that others use, too, may take ten times as long.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 120_000 } },
    // A run must not depend on who runs it: no colours, no proxies of the developer's shell.
    env: { NO_COLOR: '1', TZ: 'UTC' },
  },
});
