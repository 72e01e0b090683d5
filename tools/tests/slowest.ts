import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

const SHOWN = 10;

/** Seconds of a file: its imports, what it prepares, and its tests. */
function secondsOf(module: TestModule): number {
  const { collectDuration, duration, setupDuration } = module.diagnostic();
  return (collectDuration + setupDuration + duration) / 1000;
}

/** Ends a run of many files with those that took longest. */
export default class Slowest implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= SHOWN) return;
    const rows = modules
      .map((module) => [secondsOf(module), relative(process.cwd(), module.moduleId)] as const)
      .toSorted(([a], [b]) => b - a);
    const lines = rows
      .slice(0, SHOWN)
      .map(([seconds, file]) => `${seconds.toFixed(1).padStart(7)} s  ${file}`);
    process.stdout.write(`\nThe slowest of ${rows.length} files:\n${lines.join('\n')}\n`);
  }
}
