import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { serve, type TestServer } from './testing/server.js';

/** Debian's, or what the environment names. */
const browserPath = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== '' && existsSync(path),
);
if (browserPath === undefined) console.warn('the page is not tested in a browser: there is no chromium');

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TOKEN = 'correct-horse-battery-staple';

it('is one document, whose policy allows its own script and style alone', async () => {
  const { get } = await serve('text', { token: TOKEN });
  const response = await get('/');
  const html = await response.text();
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/);
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(html).not.toMatch(/(?:src|href)="(?!data:,)|style="|\son\w+="|https?:\/\//);
  // Without the token nothing of the model is told.
  expect(html).not.toMatch(/\b(even|odd|fake)\b/);
});

describe.skipIf(browserPath === undefined)('the page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserPath as string, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  interface Opened {
    readonly page: Page;
    /** Errors on the console. */
    readonly complaints: readonly string[];
  }

  async function open(
    { server }: TestServer,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<Opened> {
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(server.url);
    return { page, complaints };
  }

  const answers = (page: Page) => page.locator('#results > li');
  const picture = (name: string, bytes: number) => ({
    ...{ name, mimeType: 'image/png' },
    buffer: Buffer.alloc(bytes, 1),
  });

  it('classifies a text that is typed, and shows it as no more than a text', async () => {
    const { page, complaints } = await open(await serve('text'));
    await expect.poll(() => page.locator('#about').textContent()).toContain('2 classes apart: even, odd');
    const text = '<img src=x onerror=alert(1)>';
    await page.getByLabel('A text').fill(text);
    await page.getByRole('button', { name: 'Classify' }).click();
    await expect.poll(() => answers(page).locator('td').last().textContent()).toMatch(/^\d+\.\d %$/);
    expect(await answers(page).locator('th').allTextContents()).toEqual(['even', 'odd']);
    expect(await answers(page).locator('.name').textContent()).toBe(text);
    await page.getByLabel('A text').fill('x'.repeat(3));
    await page.getByLabel('A text').press('Control+Enter');
    await expect.poll(() => answers(page).count()).toBe(2);
    await expect.poll(() => answers(page).first().locator('th').allTextContents()).toEqual(['odd', 'even']);
    expect(complaints).toEqual([]);
  });

  it('classifies pictures that are chosen, one after the other, and says which cannot be read', async () => {
    const { page } = await open(await serve('image', { limits: { fileBytes: 100_000 } }));
    // Shown once it is known what the model takes.
    await page.locator('#drop').waitFor();
    await page
      .locator('#file')
      .setInputFiles([picture('three.png', 3), picture('empty.png', 0), picture('huge.png', 200_000)]);
    await expect.poll(() => answers(page).count()).toBe(3);
    await expect.poll(() => answers(page).nth(2).locator('th').first().textContent()).toBe('odd');
    await expect
      .poll(() => answers(page).nth(1).textContent())
      .toContain('Cannot read empty.png: the file is empty.');
    await expect
      .poll(() => answers(page).nth(0).textContent())
      .toContain('It has 0.2 MiB, and the server takes 0.1 MiB.');
  });

  it.each(['drop', 'paste'] as const)('takes a recording by %s', async (kind) => {
    const { page, complaints } = await open(await serve('audio'));
    await page.locator('#drop').waitFor();
    const event =
      kind === 'drop'
        ? "new DragEvent('drop', { dataTransfer: data })"
        : "new ClipboardEvent('paste', { clipboardData: data })";
    await page.evaluate(`(() => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(4)], 'a.wav', { type: 'audio/wav' }));
      document.dispatchEvent(${event});
    })()`);
    await expect.poll(() => answers(page).locator('th').first().textContent()).toBe('even');
    expect(complaints.filter((one) => !/ERR_|media/i.test(one))).toEqual([]);
  });

  it('asks for the token, says which is wrong, and keeps it nowhere', async () => {
    const { page } = await open(await serve('text', { token: TOKEN }));
    const field = page.getByLabel('Token of the server');
    await field.fill('another one');
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => page.locator('#problem').textContent()).toContain('The token is wrong');
    await field.fill(TOKEN);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByLabel('A text').fill('a text');
    expect(await page.locator('#problem').isHidden()).toBe(true);
    await page.getByRole('button', { name: 'Classify' }).click();
    await expect.poll(() => answers(page).locator('th').count()).toBe(2);
    const kept = await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]');
    expect(kept).toEqual([0, 0, '']);
  });

  it('says that the server is gone', async () => {
    const one = await serve('text');
    const { page } = await open(one);
    await page.getByLabel('A text').fill('a text');
    await one.server.close();
    await page.getByRole('button', { name: 'Classify' }).click();
    await expect.poll(() => answers(page).textContent()).toContain('The server does not answer');
  });

  it.each(['light', 'dark'] as const)(
    'is read by everybody, on a phone in %s colours',
    async (colorScheme) => {
      const one = await serve('image');
      const { page } = await open(one, { colorScheme, viewport: { width: 320, height: 640 } });
      await page.locator('#drop').waitFor();
      await page
        .locator('#file')
        .setInputFiles([picture(`${'long'.repeat(40)}.png`, 3), picture('empty.png', 0)]);
      await expect.poll(() => page.locator('.problem').count()).toBe(1);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
      // Evaluated by the browser's own tools, past the policy of the page.
      const violations = await page.evaluate(`(async () => { ${axe}
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' '));
    })()`);
      expect(violations).toEqual([]);
    },
  );
});
