import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';

/** Debian's, or what the environment names. */
const browserPath = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== '' && existsSync(path),
);
if (browserPath === undefined) console.warn('the dashboard is not tested in a browser: there is no chromium');

/** Whether the dashboard can be tested in a browser here. */
export const hasBrowser = browserPath !== undefined;

/** @throws where there is no browser: see {@link hasBrowser} */
export async function openBrowser(): Promise<Browser> {
  if (browserPath === undefined) throw new Error('there is no chromium');
  return chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
}

/** Opens an address in a page of its own. Pages that ask for the same options share a context: see {@link pagesOf}. */
export type OpenPage = (address: string, options?: BrowserContextOptions) => Promise<Page>;

export interface Pages {
  /** Cookies and what the browser keeps are those of the pages before it with the same options. */
  readonly open: OpenPage;
  /** As one who comes for the first time. */
  readonly openFresh: OpenPage;
  /** What pages told the console as an error. */
  readonly complaints: readonly string[];
}

/** Opens pages in few contexts, since each of them fetches and compiles the scripts of the dashboard again. */
export function pagesOf(browser: () => Browser): Pages {
  const complaints: string[] = [];
  const contexts = new Map<string, Promise<BrowserContext>>();
  const openIn = async (context: BrowserContext, address: string): Promise<Page> => {
    const page = await context.newPage();
    page.setDefaultTimeout(300_000);
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(address);
    return page;
  };
  const sharedBy = (options: BrowserContextOptions): Promise<BrowserContext> => {
    const key = JSON.stringify(options);
    const shared = contexts.get(key) ?? browser().newContext(options);
    contexts.set(key, shared);
    return shared;
  };
  return {
    open: async (address, options = {}) => openIn(await sharedBy(options), address),
    openFresh: async (address, options) => openIn(await browser().newContext(options), address),
    complaints,
  };
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
