import { spawnSync } from 'node:child_process';
import type { TestProject } from 'vitest/node';

const node = (...args: readonly string[]) => spawnSync(process.execPath, args, { stdio: 'inherit' });

const PREPARED = 'ESPALIER_TESTS_PREPARED';

/** Makes, before the first test, what many tests use: what processes run, and what stores are copied from. */
export default function prepare(project: TestProject): void {
  // Vitest asks once for each project.
  if (process.env[PREPARED] !== undefined) return;
  process.env[PREPARED] = 'yes';
  if (node('packages/serve/store/generate.mjs').status !== 0)
    throw new Error('The database client cannot be made.');
  compile();
  if (node('tools/dist/tests/makeTemplate.js').status !== 0)
    throw new Error('The empty store cannot be made.');
  project.onTestsRerun(compile);
}

/**
 * Compiles what has changed, for the processes that tests start: they run what users run, which starts in half
 * of the time that the sources need. What is wrong with types is said, and compiled all the same.
 */
function compile(): void {
  node('node_modules/typescript/bin/tsc', '-b');
}
