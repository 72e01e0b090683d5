import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTinyNetwork } from '@espalier/conformance';
import { readers } from '@espalier/data';
import { writePictures } from '@espalier/data/testing';
import { startHub, type TestHub } from '@espalier/plugin-hf-hub/testing';
import { emptyStore } from '@espalier/store/testing';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelOf, start, type Running } from './testing/cli.js';
import { audit, hasBrowser, openBrowser, pagesOf } from './testing/dashboard/browser.js';
import { buildPages } from './testing/dashboard/pages.js';

/** How long a small study may take on a busy machine. */
const STUDY_MILLISECONDS = 600_000;

/** Lines of which nothing tells whether the first names the columns. */
const table = ['1;where is my parcel today;p1;late', '2;the invoice is wrong again;p2;money']
  .flatMap((line) => Array.from({ length: 8 }, (_, i) => line.replace(' ', ` ${i} `)))
  .join('\n');

/** Drops files and folders of the disk, as a file manager does. */
async function drop(page: Page, at: Locator, files: string[]): Promise<void> {
  const box = await at.boundingBox();
  if (box === null) throw new Error('there is nothing to drop them on');
  const browser = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await browser.send('Input.dispatchDragEvent', { type, x: box.x + 5, y: box.y + 5, data });
}

const root = mkdtempSync(join(tmpdir(), 'espalier-adding-'));
const pets = join(root, 'pets');
let hub: TestHub;
let browser: Browser;
let server: Running;
let url: string;

const pages = pagesOf(() => browser);
const open = (path: string, options?: BrowserContextOptions) => pages.open(`${url}${path}`, options);
const adding = async (options: BrowserContextOptions = {}): Promise<Page> => {
  const page = await open('/datasets', options);
  await page.getByRole('button', { name: 'Add a dataset' }).click();
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  return page;
};
const picturesOf = (kind: string): string[] =>
  readdirSync(join(pets, kind)).map((name) => join(pets, kind, name));

describe.skipIf(!hasBrowser)('what one adds in a browser', () => {
  beforeAll(async () => {
    await writePictures(pets, 10);
    writeFileSync(join(pets, 'plain', '.DS_Store'), 'x');
    writeFileSync(join(pets, 'notes.pdf'), 'x');
    await writeTinyNetwork(join(root, 'leaf-net.onnx'));
    const model = await readFile(join(root, 'leaf-net.onnx'));
    const processor = JSON.stringify({ image_mean: [0.5, 0.5, 0.5], image_std: [1, 1, 1] });
    hub = await startHub({
      'team/leaf': {
        files: {
          'README.md': '---\nlicense: mit\n---\n',
          'config.json': '{}',
          'preprocessor_config.json': processor,
          'model.onnx': model,
        },
      },
    });
    const environment = { HF_ENDPOINT: hub.endpoint, HF_HOME: join(root, 'hf'), NODE_ENV: 'production' };
    emptyStore(join(root, 'store'));
    await buildPages();
    browser = await openBrowser();
    server = start(['start', '--port', '0'], root, environment);
    url = await server.said(/The dashboard is at (\S+);/);
  });
  afterAll(async () => {
    await browser.close();
    server.child.kill('SIGINT');
    await server.ended;
    await hub.close();
    rmSync(root, { recursive: true, force: true });
  });

  it('shows a table before it is sent, asks for its header, and sends the columns that were chosen', async () => {
    const page = await adding();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('datasets.completeUpload')) asked.push(request.postData() ?? '');
    });
    const file = { name: 'letters.csv', mimeType: 'text/csv', buffer: Buffer.from(table) };
    await page.locator('input[type=file]').setInputFiles(file);
    const head = page.getByRole('region', { name: 'First rows' });
    await head.getByText(/^Espalier cannot tell whether the first line is an example/).waitFor();
    expect(await page.getByRole('button', { name: 'Upload', exact: true }).isDisabled()).toBe(true);
    expect(await audit(page)).toEqual([]);
    await head.getByRole('radio', { name: 'an example' }).check();
    await head.getByRole('cell', { name: 'where 0 is my parcel today' }).waitFor();
    await head.getByRole('combobox', { name: 'Column 4' }).click();
    await page.getByRole('option', { name: 'the class' }).click();
    await head.getByText('Classes among the first 16 rows: late (8), money (8)').waitFor();
    expect(await head.getByRole('combobox', { name: 'Column 2' }).inputValue()).toBe('the text');
    expect(await audit(page)).toEqual([]);
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await page.getByRole('heading', { name: 'letters', level: 1 }).waitFor();
    await page.getByText('Classes, from column "4": late (8), money (8)').waitFor();
    expect(JSON.parse(asked[0] ?? '')[0].options).toEqual({
      ...{ header: false, textColumn: '2', labelColumn: '4', groupColumn: '' },
    });
    await page.close();
  });

  it('takes cells that are pasted from a spreadsheet', async () => {
    const page = await adding();
    const rows = ['a good day\tyes', 'a bad day\tno'].flatMap((row) => Array<string>(6).fill(row));
    const text = JSON.stringify(['words\tanswer', ...rows].join('\n'));
    await page.evaluate(`{
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', ${text});
        document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
      }`);
    await page.getByText(/^pasted\.tsv, /).waitFor();
    const head = page.getByRole('region', { name: 'First rows' });
    await head.getByText('Classes among the first 12 rows: no (6), yes (6)').waitFor();
    await page.getByText('Reading options').click();
    await page.getByRole('combobox', { name: 'Layout of the files' }).click();
    const layouts = page.getByRole('option');
    await layouts.first().waitFor();
    expect(await layouts.allTextContents()).toEqual([...readers.names]);
    await page.close();
  });

  it('takes a folder, says what is left out, and packs it', async () => {
    const page = await adding();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a folder' }).click();
    await (await chooser).setFiles(pets);
    const what = page.getByRole('region', { name: 'Files to upload' });
    await what.getByText(/^30 files, .*Classes: plain \(10\), spots \(10\), stripes \(10\)$/).waitFor();
    const left = what.getByRole('list', { name: 'Left out' });
    expect((await left.getByRole('listitem').allTextContents()).sort()).toEqual([
      '1 file (.pdf: no picture)',
      '1 file (a hidden or system file)',
    ]);
    expect(await audit(page)).toEqual([]);
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await page.getByRole('heading', { name: 'pets', level: 1 }).waitFor();
    await page.getByText(/plain \(10\), spots \(10\), stripes \(10\)$/).waitFor();
    await page.close();
  });

  it('takes a folder that is dropped', async () => {
    const page = await adding();
    await drop(page, page.getByText(/^Drop a folder/), [pets]);
    const what = page.getByRole('region', { name: 'Files to upload' });
    await what.getByText(/^30 files, .*Classes: plain \(10\), spots \(10\), stripes \(10\)$/).waitFor();
    expect(await what.getByText('with their folders').count()).toBe(1);
    await page.getByRole('button', { name: 'Remove group 1' }).click();
    await what.waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Upload', exact: true }).isDisabled()).toBe(true);
    await page.close();
  });

  it('takes pictures by class, several drops of them', async () => {
    const page = await adding({ viewport: { width: 375, height: 700 }, colorScheme: 'dark' });
    await page.locator('input[type=file]').setInputFiles(picturesOf('spots'));
    await page.getByRole('textbox', { name: 'Class of 10 files' }).fill('dotted');
    await page.getByText('A dataset needs at least two classes').waitFor();
    await page.locator('input[type=file]').setInputFiles(picturesOf('stripes'));
    expect(await page.getByRole('button', { name: 'Upload', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Class of 10 files' }).last().fill('striped');
    await page.getByText(/^20 files, .*Classes: dotted \(10\), striped \(10\)$/).waitFor();
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Surfaces');
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await page.getByRole('heading', { name: 'Surfaces', level: 1 }).waitFor();
    await page.getByText(/dotted \(10\), striped \(10\)$/).waitFor();
    await page.close();
  });

  it('searches a network that is uploaded, and tells what cannot be used', async () => {
    const page = await open('/studies/new');
    const next = () => page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('combobox', { name: 'Dataset' }).click();
    await page.getByRole('option', { name: 'pets' }).click();
    await page.getByText('30 examples of 3 classes.').waitFor();
    await next();

    const reference = page.getByRole('textbox', { name: 'Network', exact: true });
    await reference.fill('hf:team/none');
    await page.getByRole('button', { name: 'Inspect', exact: true }).click();
    await page
      .getByText(/Espalier cannot use this backbone: the hub denied access to team\/none@main/)
      .waitFor();
    await page.getByRole('button', { name: 'Remove team/none' }).click();
    await page.getByText(/team\/none@main/).waitFor({ state: 'detached' });
    await reference.fill(join(root, 'nothing.onnx'));
    await page.getByRole('button', { name: 'Inspect', exact: true }).click();
    await page.getByText(/nothing\.onnx cannot be opened: there is no such file or folder/).waitFor();
    await reference.fill('hf:team/leaf');
    await page.getByRole('button', { name: 'Inspect', exact: true }).click();
    await page.getByText(/for pictures · .* · licence MIT, commercial use allowed · download: /).waitFor();
    expect(await page.getByRole('checkbox', { name: 'team/leaf' }).isChecked()).toBe(true);
    await page.getByRole('checkbox', { name: 'team/leaf' }).uncheck();

    await page.getByRole('tab', { name: 'An ONNX file' }).click();
    await page.locator('input[type=file]').setInputFiles(join(root, 'leaf-net.onnx'));
    await page.getByRole('button', { name: 'Upload the network' }).click();
    await page.getByText(/ parameters, .* stages · licence unknown · uploaded$/).waitFor();
    const own = page.getByRole('checkbox', { name: 'leaf-net' });
    await expect.poll(() => own.isChecked()).toBe(true);
    await page.getByText('licence unknown').waitFor();
    const usual = page.getByRole('checkbox', { name: 'vision-mini' });
    if (await usual.isChecked()) await usual.uncheck();
    expect(await audit(page)).toEqual([]);
    await next();

    await page.getByRole('radio', { name: 'Quick' }).check();
    await page.getByRole('button', { name: 'More settings' }).click();
    await page.getByRole('textbox', { name: 'Trials' }).fill('2');
    await page.getByRole('textbox', { name: 'Epochs per trial' }).fill('2');
    await page.getByRole('textbox', { name: 'Batch size' }).fill('8');
    await page.getByRole('textbox', { name: 'Layer decay' }).fill('quick');
    await page.getByText(/^Enter a number, numbers separated by commas/).waitFor();
    expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Layer decay' }).fill('1');
    await page.getByRole('combobox', { name: 'Class weights' }).click();
    await page.getByRole('option', { name: 'Equal', exact: true }).click();
    expect(await audit(page)).toEqual([]);
    await next();
    await page.getByText('leaf-net', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Start the study' }).click();
    await page.getByText('finished', { exact: true }).waitFor({ timeout: STUDY_MILLISECONDS });
    const leaderboard = page.getByRole('region', { name: 'Leaderboard' });
    expect(await leaderboard.getByText('leaf-net').count()).toBeGreaterThan(0);
    await page.getByRole('link', { name: 'Models' }).click();
    await page.getByRole('link', { name: modelOf('pets') }).click();
    await page.locator('input[type=file]').setInputFiles(join(pets, 'stripes', '0.png'));
    await page.getByRole('list', { name: 'Probabilities' }).waitFor();
    await page.close();
  });

  it('keeps a network that a study uses, in the list of the wizard', async () => {
    const page = await open('/studies/new');
    await page.getByRole('combobox', { name: 'Dataset' }).click();
    await page.getByRole('option', { name: 'pets' }).click();
    await page.getByText('30 examples of 3 classes.').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Remove team/leaf' }).click();
    await page.getByRole('checkbox', { name: 'team/leaf' }).waitFor({ state: 'detached' });
    await page.getByRole('checkbox', { name: 'leaf-net' }).waitFor();
    expect(await page.getByRole('button', { name: 'Remove leaf-net' }).count()).toBe(0);
    await page.close();
  });

  it('has complained of nothing but what was refused', () => {
    expect(pages.complaints.filter((text) => !/400|404/.test(text))).toEqual([]);
  });
});
