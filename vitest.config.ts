import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** A machine that is busy with other things takes ten times as long; a test that hangs is found all the same. */
const PATIENCE = 600_000;

export default defineConfig({
  resolve: { conditions: ['@espalier/source'] },
  ssr: { resolve: { conditions: ['@espalier/source'] } },
  test: {
    include: ['{apps,packages,plugins,tools}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    reporters: ['./tools/tests/slowest.ts', 'default'],
    globalSetup: ['tools/tests/prepare.ts'],
    pool: 'forks',
    // PostgreSQL in WebAssembly is compiled in every file that uses it: quickly, rather than for the longest run.
    execArgv: ['--liftoff-only'],
    // Tests start processes of their own, so that more would take each other's time.
    maxWorkers: Math.max(1, Math.min(4, availableParallelism())),
    testTimeout: PATIENCE,
    hookTimeout: PATIENCE,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: PATIENCE / 5 } },
  },
});
