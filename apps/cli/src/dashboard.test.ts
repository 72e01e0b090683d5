import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeTinyNetwork, writeTinyTransformer } from '@espalier/conformance';
import { writePictures, writeTexts } from '@espalier/data/testing';
import { emptyStore } from '@espalier/store/testing';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import yazl from 'yazl';
import { itIsReadOnAPhone, itSaysWhatIsWrongWithAnAddress } from './testing/dashboard/access.js';
import { audit, hasBrowser, openBrowser, pagesOf, type OpenPage } from './testing/dashboard/browser.js';
import { itShowsBackbones } from './testing/dashboard/backbones.js';
import { itConnects } from './testing/dashboard/connection.js';
import { espalier, expectSentence, modelOf, start, type Running } from './testing/cli.js';
import { expectAnswer, itShowsProbes } from './testing/dashboard/probes.js';
import { buildPages } from './testing/dashboard/pages.js';
import { itLeadsOn, itLeadsToAStudy, itTellsWhyAStudyWaits } from './testing/dashboard/wizard.js';

const root = mkdtempSync(join(tmpdir(), 'espalier-dashboard-'));
const [table, backbone] = [join(root, 'texts.csv'), join(root, 'tiny-text')];
const archive = join(root, 'pictures.zip');

let server: Running;
let url: string;
let browser: Browser;

const pages = pagesOf(() => browser);
const openPage: OpenPage = (path, options) => pages.open(`${url}${path}`, options);

/** Pictures of three kinds, and noise that makes the file one of several parts. */
async function writeArchive(path: string): Promise<void> {
  const folder = join(root, 'pictures');
  await writePictures(folder, 12);
  const zip = new yazl.ZipFile();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.png')) zip.addFile(join(folder, name), `pictures/${name}`);
  }
  zip.addBuffer(randomBytes(9 * 2 ** 20), 'pictures/plain/.noise', { compress: false });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

beforeAll(async () => {
  await writeTexts(table, 24);
  await writeTinyTransformer(backbone);
  await writeArchive(archive);
  emptyStore(join(root, 'store'));
  await buildPages();
  // No hub is reached, whatever network there is.
  const environment = { NODE_ENV: 'production', HF_ENDPOINT: 'http://127.0.0.1:9' };
  server = start(['start', '--port', '0'], root, environment);
  url = await server.said(/The dashboard is at (\S+);/);
  if (hasBrowser) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  server.child.kill('SIGINT');
  await server.ended;
  rmSync(root, { recursive: true, force: true });
});

const search = (out: string): string[] => [
  ...['search', table, '--backbone', backbone, '--out', join(root, out), '--seed', '5', '--trials', '3'],
  ...['--epochs', '3', '--depths', '0,1,3', '--learning-rate', '0.01', '--batch', '16'],
  ...['--threads', '1'],
];

describe.skipIf(!hasBrowser)('the dashboard in a browser', () => {
  it('says what to do where there is no study yet', async () => {
    const page = await openPage('/');
    await page.getByRole('heading', { name: 'No studies yet' }).waitFor();
    expect(page.url()).toBe(`${url}/studies`);
    await page.close();
  });

  it('shows a search of a terminal as it runs, and what came of it', async () => {
    const list = await openPage('/studies');
    const running = start(search('pets'), root);
    const link = list.getByRole('link', { name: 'pets' });
    await link.waitFor({ timeout: 300_000 });
    await link.click();
    await list.getByRole('heading', { name: 'pets', level: 1 }).waitFor();
    // It has no words once the study has ended, as a short one may have by now.
    await list.locator('[data-connection="live"]').waitFor({ state: 'attached' });
    expect((await running.ended).code).toBe(0);
    // Nothing is loaded again by hand: the page hears of it.
    await list.getByText(/^Transfer: /).waitFor({ timeout: 300_000 });
    await list.getByText('finished', { exact: true }).waitFor();
    const leaderboard = list.getByRole('region', { name: 'Leaderboard' });
    const trials = leaderboard.getByRole('table').last();
    expect(await trials.getByRole('row').count()).toBe(1 + 3);
    await expectAnswer(list, 72);
    for (const name of [
      'Learning curves',
      'Freeze depth and learning rate',
      'Accuracy and time',
      'Schedule',
    ]) {
      const chart = list.getByRole('region', { name }).getByRole('img').locator('canvas');
      expect(await chart.count(), name).toBeGreaterThan(0);
    }
    const advice = list.getByRole('region', { name: 'Advice' });
    expect(await advice.getByRole('listitem').count()).toBeGreaterThan(0);
    const importance = list.getByRole('table', { name: 'Importance of the dimensions' });
    expect(await importance.getByRole('row').count()).toBeGreaterThan(0);

    await trials.getByRole('link').first().click();
    await list.getByText('Every epoch').waitFor();
    expect(await list.getByRole('row').count()).toBeGreaterThan(1);
    await list.getByRole('link', { name: 'Models' }).click();
    await list.getByRole('link', { name: modelOf('pets') }).waitFor();
    await list.close();
  });

  itShowsProbes({ openPage, audit, halted: [...search('halted'), '--trials', '400'], root });

  itConnects({ openPage });

  it('shows the examples behind the numbers of a study', async () => {
    const page = await openPage('/studies');
    await page.getByRole('link', { name: 'pets' }).click();
    const confusion = page.getByRole('region', { name: 'Confusion on the test split' });
    await confusion.getByRole('button').first().click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByText(/texts\.csv:\d+/)
      .first()
      .waitFor();
    // A sentence of the dataset, and not only its place.
    await dialog
      .getByText(
        /(invoice|parcel|password|refund|courier|account|charge|shipping|code|payment|address|email)/,
      )
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('region', { name: 'Worst mistakes' }).waitFor();
    await page.getByText('Expected calibration error').waitFor();
    await page.getByRole('link', { name: 'Compare', exact: true }).last().click();
    await page
      .getByRole('region', { name: 'Scores' })
      .getByText(/^pets, answer: (?:probe|baseline|trial|average)-/)
      .waitFor();
    const settings = page.getByRole('region', { name: 'Settings' });
    await settings.getByRole('rowheader', { name: 'Answer', exact: true }).waitFor();
    await settings.getByRole('rowheader', { name: 'Trials of the study' }).waitFor();
    await page.close();
  });

  it('lets a model be tried, and its files be kept', async () => {
    const page = await openPage('/models');
    await page.getByRole('link', { name: modelOf('pets') }).click();
    await page.getByRole('heading', { name: 'Intended use' }).waitFor();
    await page
      .getByRole('region', { name: 'Answer' })
      .getByText(/^The answer is /)
      .waitFor();
    await page.getByRole('region', { name: 'Confusion on the test split' }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'model.onnx' }).click();
    expect((await download).suggestedFilename()).toBe('model.onnx');
    await page.getByRole('textbox', { name: 'Text' }).fill('where is my parcel, the courier lost it');
    await page.getByRole('button', { name: 'Classify' }).click();
    const scores = page.getByRole('list', { name: 'Probabilities' });
    await scores.waitFor();
    expect(await scores.getByRole('listitem').count()).toBe(3);
    await page.close();
  });

  it('shows the pictures that a study got wrong, and tries its model on one', async () => {
    const network = join(root, 'tiny');
    mkdirSync(network);
    await writeTinyNetwork(join(network, 'model.onnx'));
    const args = [
      ...[
        'search',
        join(root, 'pictures'),
        '--backbone',
        network,
        '--out',
        join(root, 'surfaces'),
        '--seed',
        '5',
      ],
      ...[
        '--trials',
        '1',
        '--epochs',
        '1',
        '--depths',
        '4',
        '--batch',
        '16',
        '--augment',
        'none',
        '--no-scratch',
      ],
    ];
    const ended = await espalier(args, root);
    expect(ended.code, ended.err).toBe(0);
    const page = await openPage('/studies');
    await page.getByRole('link', { name: 'surfaces' }).click();
    const cell = page
      .getByRole('region', { name: 'Confusion on the test split' })
      .getByRole('button')
      .first();
    await cell.click();
    const picture = page.getByRole('dialog').locator('img').first();
    await expect.poll(() => widthOf(picture)).toBe(32);
    await page.goto(`${url}/models`);
    await page.getByRole('link', { name: modelOf('surfaces') }).click();
    await page.locator('input[type=file]').setInputFiles(join(root, 'pictures', 'stripes', '0.png'));
    const scores = page.getByRole('list', { name: 'Probabilities' });
    await scores.waitFor();
    expect((await scores.getByRole('listitem').allTextContents()).join()).toMatch(/stripes/);
    await page.locator('input[type=file]').setInputFiles(table);
    await page.getByRole('alert').filter({ hasText: 'not an image' }).waitFor();
    await page.close();
  });

  itShowsBackbones({ openPage, audit });

  it('takes a dataset that lies on the server, and shows what is in it', async () => {
    const page = await openPage('/datasets');
    await page.getByRole('heading', { name: 'No datasets yet' }).waitFor();
    await page.getByRole('button', { name: 'Add a dataset' }).click();
    await page.getByRole('tab', { name: 'On the server' }).click();
    const add = page.getByRole('button', { name: 'Add the path' });
    await add.click();
    await page.getByText('Give the path of the dataset').waitFor();
    await page.getByRole('textbox', { name: 'Path' }).fill(join(root, 'none'));
    await add.click();
    await page.getByText(/cannot be opened: there is no such file or folder; check the path/).waitFor();
    await page.getByRole('textbox', { name: 'Path' }).fill(table);
    await add.click();
    await page.getByRole('heading', { name: 'texts', level: 1 }).waitFor();
    const map = page.getByRole('region', { name: 'Map' });
    await map.locator('canvas').first().waitFor({ timeout: 300_000 });
    const examples = page.getByRole('region', { name: 'Examples' });
    await examples.getByText('72 examples').waitFor();
    await page.getByText(/^Classes, from column "label": \w+ \(24\), \w+ \(24\), \w+ \(24\)$/).waitFor();
    await examples
      .getByText(/(parcel|courier|invoice|password)/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Letters');
    await page.getByRole('button', { name: 'Save the name' }).click();
    await page.getByRole('heading', { name: 'Letters', level: 1 }).waitFor();
    await page.close();
  });

  it('takes pictures in an upload, and goes on with one that was interrupted', async () => {
    const page = await openPage('/datasets');
    const choose = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Add a dataset' }).click();
      await page.locator('input[type=file]').setInputFiles(archive);
      await page.getByText(/^pictures\.zip, /).waitFor();
      await page.getByRole('button', { name: 'Upload', exact: true }).click();
    };
    // The second part never arrives, and the page is left.
    await page.route('**/api/uploads/*/1', () => undefined);
    await choose();
    await page.getByText(/^8\.4 MB of 9\.\d MB$/).waitFor();
    await page.reload();
    await page.unroute('**/api/uploads/*/1');
    const sent: string[] = [];
    // It breaks off once more, which the page gets over by itself.
    await page.route('**/api/uploads/*/*', (route) => {
      sent.push(route.request().url().split('/').at(-1) as string);
      return sent.length === 1 ? route.abort() : route.fallback();
    });
    await choose();
    await page.getByRole('heading', { name: 'pictures', level: 1 }).waitFor({ timeout: 300_000 });
    expect(sent).toEqual(['1', '1']);
    const picture = page.getByRole('region', { name: 'Examples' }).locator('img').first();
    await picture.waitFor({ timeout: 300_000 });
    await picture.scrollIntoViewIfNeeded();
    await expect.poll(() => widthOf(picture)).toBe(32);
    await page.getByText('stripes', { exact: false }).first().waitFor();
    await page.close();
  });

  const wizard = { openPage, audit, pictures: join(root, 'pictures') };
  itLeadsToAStudy(wizard);
  itLeadsOn(wizard);
  itTellsWhyAStudyWaits(wizard);

  it.each(['light', 'dark'] as const)(
    'has nothing serious for axe, when it is %s',
    async (colorScheme) => {
      const page = await openPage('/studies', { colorScheme });
      const study = (await page.getByRole('link', { name: 'pets' }).getAttribute('href')) as string;
      await page.goto(`${url}/datasets`);
      const dataset = (await page.getByRole('link', { name: 'pictures' }).getAttribute('href')) as string;
      await page.goto(`${url}/models`);
      const model = (await page.getByRole('link', { name: modelOf('pets') }).getAttribute('href')) as string;
      const compare = study.replace('/studies/', '/compare?of=');
      const paths = [
        '/studies',
        study,
        '/models',
        model,
        '/datasets',
        dataset,
        '/backbones',
        '/compare',
        compare,
      ];
      for (const path of [...paths, '/nothing-here']) {
        await page.goto(`${url}${path}`);
        await page.getByRole('heading').first().waitFor();
        await page.waitForLoadState('networkidle').catch(() => undefined);
        if (path === '/datasets') await page.getByRole('button', { name: 'Add a dataset' }).click();
        expect(await audit(page), path).toEqual([]);
      }
      await page.close();
    },
    120_000,
  );

  itIsReadOnAPhone({ openPage });
  itSaysWhatIsWrongWithAnAddress({ openPage });

  it('has complained of nothing but what is not there, was refused, or cut off by a test', () => {
    expect(
      pages.complaints.filter((text) => !/400|404|422|ERR_FAILED|ERR_INTERNET_DISCONNECTED/.test(text)),
    ).toEqual([]);
  });
});

/** Of a picture that is loaded; 0 until then. */
const widthOf = (picture: Locator): Promise<unknown> =>
  picture.evaluate((image) => ('naturalWidth' in image ? image.naturalWidth : 0));

describe('espalier start', () => {
  it('says who has the store, what listens at the port, and who could reach it', async () => {
    expectSentence(await espalier(['start', '--port', '0'], root), /Process \d+ is using the store in/);
    emptyStore(join(root, 'other'));
    const other = ['--store', join(root, 'other')];
    const port = new URL(url).port;
    expectSentence(
      await espalier(['start', '--port', port, ...other], root),
      /another program uses the port/,
    );
    expectSentence(
      await espalier(['start', '--host', '0.0.0.0', ...other], root),
      /needs its public address; give it, for example with --url/,
    );
  });
});
