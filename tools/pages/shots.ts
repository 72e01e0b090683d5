import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import type { Prepared } from './prepare.js';

/** Browser settings of each look. */
const looks = {
  light: { viewport: { width: 1280, height: 1000 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 1000 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light', deviceScaleFactor: 2 },
} as const satisfies Record<string, BrowserContextOptions>;

interface Shot {
  readonly name: string;
  readonly path: string;
  /** Leads to what is shown, from where the page opens. */
  readonly act: (page: Page) => Promise<void>;
}

const heading = (name: string) => async (page: Page) => {
  await page.getByRole('heading', { name, level: 1 }).waitFor();
};

async function toBackbones(page: Page): Promise<void> {
  await page.getByText(/examples of 4 classes/).waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('checkbox', { name: 'vision-mini' }).waitFor();
}

const shotsOf = ({ datasetId, modelId, studyId }: Prepared): readonly Shot[] => [
  { name: 'study', path: `/studies/${studyId}`, act: heading('Surfaces') },
  { name: 'wizard', path: `/studies/new?dataset=${datasetId}`, act: toBackbones },
  { name: 'dataset', path: `/datasets/${datasetId}`, act: heading('Surfaces') },
  {
    ...{ name: 'model', path: `/models/${modelId}` },
    act: (page) => page.getByRole('region', { name: 'Files' }).waitFor(),
  },
];

/** Takes each page in each look, and a study that runs; as WebP, which is a quarter of a PNG. */
export async function takePictures(
  browser: Browser,
  url: string,
  prepared: Prepared,
  folder: string,
): Promise<void> {
  for (const [look, options] of Object.entries(looks)) {
    for (const shot of shotsOf(prepared)) await take(browser, url, { shot, look, options, folder });
  }
  const path = `/studies/${await prepared.beginAnother()}`;
  const act = (page: Page) => page.getByRole('region', { name: 'Progress' }).waitFor();
  for (const [look, options] of Object.entries(looks)) {
    await take(browser, url, { shot: { name: 'running', path, act }, look, options, folder });
  }
}

interface Taking {
  readonly shot: Shot;
  readonly look: string;
  readonly options: BrowserContextOptions;
  readonly folder: string;
}

/** Charts draw themselves within this time once what they show is there. */
const DRAWN_MILLISECONDS = 1500;
const QUALITY = 80;

async function take(browser: Browser, url: string, { shot, look, options, folder }: Taking): Promise<void> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    await page.goto(`${url}${shot.path}`);
    await shot.act(page);
    await page.getByLabel('Loading').first().waitFor({ state: 'detached' });
    await page.waitForTimeout(DRAWN_MILLISECONDS);
    const png = await page.screenshot();
    await sharp(png)
      .webp({ quality: QUALITY })
      .toFile(join(folder, `${shot.name}-${look}.webp`));
  } finally {
    await context.close();
  }
}
