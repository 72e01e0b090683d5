import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Debian's, or what the environment names. */
const browserPath = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== '' && existsSync(path),
);
if (browserPath === undefined) console.warn('the dashboard is not tested in a browser: there is no chromium');

/** Whether the dashboard can be tested in a browser here. */
export const hasBrowser = browserPath !== undefined;

/** Folder of the screenshots that tests leave. */
export const screenshots = join(tmpdir(), 'espalier-screenshots');

/** @throws where there is no browser: see {@link hasBrowser} */
export async function openBrowser(): Promise<Browser> {
  if (browserPath === undefined) throw new Error('there is no chromium');
  mkdirSync(screenshots, { recursive: true });
  return chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe finds seriously wrong on a page. */
export async function audit(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  // Of what passes, it need not say where.
  const found = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(options: object): Promise<AxeResult> } }).axe.run({
      resultTypes: ['violations'],
    }),
  );
  const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`);
}
