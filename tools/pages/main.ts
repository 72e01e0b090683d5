import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { generateSurfaces } from '../surfaces/generate.js';
import { prepare, type Prepared } from './prepare.js';
import { takePictures } from './shots.js';

/**
 * Takes the pictures of docs/pages.md: a server of its own, a study on generated pictures of surfaces, and the
 * pages of both in Chromium. Usage: npm run pages
 */
const cli = fileURLToPath(new URL('../../../apps/cli/bin/espalier.js', import.meta.url));
const pictures = fileURLToPath(new URL('../../../docs/pages/', import.meta.url));
const browserPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

const root = mkdtempSync(join(tmpdir(), 'espalier-pages-'));

/** Starts a server that keeps everything in the temporary folder; gives where it is. */
async function start(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const env = {
    ...process.env,
    ESPALIER_CACHE: join(root, 'cache'),
    ESPALIER_STORE: join(root, 'store'),
    ESPALIER_BLOBS: pathToFileURL(join(root, 'blobs')).href,
    DATABASE_URL: '',
  };
  const child = spawn(process.execPath, [cli, 'start', '--port', '0'], {
    env,
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const [, url] = /The dashboard is at (\S+);/.exec(said) ?? [];
    if (url !== undefined) return { child, url };
  }
  throw new Error(`the server ended: ${said}`);
}

async function main(): Promise<void> {
  const dataset = join(root, 'surfaces');
  await generateSurfaces({ folder: dataset, perClass: 60, seed: 1 });
  const { child, url } = await start();
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  try {
    const prepared: Prepared = await prepare(url, dataset);
    await mkdir(pictures, { recursive: true });
    await takePictures(browser, url, prepared, pictures);
    console.log(`The pictures are in ${pictures}`);
  } finally {
    await browser.close();
    child.kill('SIGINT');
    await new Promise((resolve) => child.once('exit', resolve));
    rmSync(root, { recursive: true, force: true });
  }
}

await main();
