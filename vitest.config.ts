import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** A machine that is busy with other things takes ten times as long; a test that hangs is found all the same. */
const PATIENCE = 600_000;

/**
 * Packages whose tests leave nothing behind in their process, so that the next file may use it, with the
 * modules that are loaded already: that halves their time.
 */
const sharing = [
  'apps/{cli,dashboard}',
  'packages/{base,client,sdk}',
  'packages/extend/*',
  'packages/graph/*',
  'packages/learn/*',
  'packages/serve/{api,auth,blobs,datasets,server,serving,worker}',
  'plugins/*',
].map((folder) => `${folder}/**/*.test.ts`);

/** Files of these that do leave something behind: what they register, set in the environment or take the place of. */
const leaving = [
  'apps/cli/src/{client,exportTraces,tracing}.test.ts',
  'packages/learn/runner/src/study/crash.test.ts',
  'packages/extend/plugins/src/*.test.ts',
];

const skipped = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  resolve: { conditions: ['@espalier/source'] },
  ssr: { resolve: { conditions: ['@espalier/source'] } },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'sharing', include: sharing, exclude: [...skipped, ...leaving], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['{apps,packages,plugins,tools}/**/*.test.ts'],
          exclude: [...skipped, ...sharing],
        },
      },
      { extends: true, test: { name: 'leaving', include: leaving } },
    ],
    exclude: skipped,
    // What tests try out is no experience of the person who runs them.
    env: { ESPALIER_EXPERIENCE: 'none' },
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
