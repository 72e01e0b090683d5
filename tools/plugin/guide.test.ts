import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scriptOf } from './guide.js';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

describe('docs/plugins.md', () => {
  it('leads from an ONNX file to a leaderboard, and back, outside of the repository', async () => {
    // The page says that the clone is built, which `tools/tests/prepare.ts` did.
    const folder = mkdtempSync(join(tmpdir(), 'espalier-guide-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const script = scriptOf(readFileSync(join(checkout, 'docs', 'plugins.md'), 'utf8'));
    const env = {
      ...process.env,
      NODE_OPTIONS: '',
      NX_DAEMON: 'false',
      ESPALIER: checkout,
      ESPALIER_CACHE: join(folder, 'cache'),
      ESPALIER_STORE: join(folder, 'store'),
    };
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env });
    const said = (pattern: RegExp): number => stdout.search(pattern);
    const steps = [
      /espalier-plugin-leaf-net +│ 0\.1\.0 +│ backbone leaf-net +│ usable/,
      /leaf-net passed every check/,
      /Answer: \S+ \(.+\), test accuracy/,
      /No plugins are installed/,
    ].map(said);
    expect(steps.every((at) => at >= 0)).toBe(true);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(existsSync(join(folder, 'project', 'results', 'leaves', 'model.onnx'))).toBe(true);
    expect(readFileSync(join(folder, 'project', 'results', 'leaves', 'report.md'), 'utf8')).toMatch(
      /leaf-net/,
    );
  }, 600_000);
});
