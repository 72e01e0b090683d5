import { execFileSync } from 'node:child_process';

/** Makes, before the first test, what many tests use. Vitest's own process cannot load the store. */
export function setup(): void {
  execFileSync(
    process.execPath,
    ['--conditions=@espalier/source', '--import=tsx', 'tools/tests/makeTemplate.ts'],
    { stdio: 'inherit' },
  );
}
