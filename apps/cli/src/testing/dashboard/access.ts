import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { modelOf } from '../cli.js';
import type { OpenPage } from './browser.js';

export interface AccessTools {
  readonly openPage: OpenPage;
}

/** Of the server that a page comes from. */
const addressOf = (page: Page, path: string): string => new URL(path, page.url()).href;

/** Where something ends on the screen, in pixels from the left. */
async function rightEnd(shown: Locator): Promise<number> {
  const box = await shown.boundingBox();
  return box === null ? Infinity : box.x + box.width;
}

export function itIsReadOnAPhone({ openPage }: AccessTools): void {
  it('can be used by keyboard, and read on a phone', async () => {
    const page = await openPage('/studies', { viewport: { width: 375, height: 700 } });
    await page.getByRole('link', { name: 'pets' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to content');
    const overflow = (): Promise<number> =>
      page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    expect(await overflow()).toBeLessThanOrEqual(0);
    // Without a finger moved sideways.
    const listed = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'pets' }) });
    expect(await rightEnd(listed.getByText('finished'))).toBeLessThanOrEqual(375);
    expect(await rightEnd(listed.getByText(/^\d+\.\d %$/))).toBeLessThanOrEqual(375);
    await page.getByRole('link', { name: 'pets' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'pets', level: 1 }).waitFor();
    const answer = page.getByRole('row').filter({ hasText: 'the answer' });
    await answer.waitFor();
    expect(await rightEnd(answer.getByText('the answer'))).toBeLessThanOrEqual(375);
    expect(await rightEnd(answer.getByText(/^\d+\.\d %$/))).toBeLessThanOrEqual(375);
    for (const [list, name] of [
      ['/datasets', 'pictures'],
      ['/models', modelOf('pets')],
    ] as const) {
      await page.goto(addressOf(page, list));
      await page.getByRole('link', { name }).click();
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      await page.waitForLoadState('networkidle').catch(() => undefined);
      expect(await overflow(), list).toBeLessThanOrEqual(0);
    }
    await page.goto(addressOf(page, '/datasets'));
    const dataset = await page.getByRole('link', { name: 'pictures' }).getAttribute('href');
    await page.goto(addressOf(page, `/studies/new?dataset=${dataset?.split('/').at(-1)}`));
    await page.getByText(/examples of \d classes/).waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('checkbox', { name: 'vision-resnet' }).waitFor();
    expect(await rightEnd(page.getByText(/^resnet ·/))).toBeLessThanOrEqual(375);
    expect(await rightEnd(page.getByRole('button', { name: 'Start' }))).toBeLessThanOrEqual(375);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.close();
  });
}

export function itSaysWhatIsWrongWithAnAddress({ openPage }: AccessTools): void {
  it('says what is wrong with an address', async () => {
    const page = await openPage('/studies/01a20e44-4b4b-713d-a81f-8efc579b5403');
    await page.getByRole('alert').filter({ hasText: 'there is no such study' }).waitFor();
    for (const [things, thing] of [
      ['studies', 'study'],
      ['trials', 'trial'],
      ['datasets', 'dataset'],
      ['models', 'model'],
    ]) {
      await page.goto(addressOf(page, `/${things}/no-id`));
      await page.getByRole('heading', { name: `There is no such ${thing}` }).waitFor();
      const on = things === 'trials' ? 'studies' : things;
      expect(await page.getByRole('link', { name: `All ${on}` }).getAttribute('href')).toBe(`/${on}`);
    }
    await page.goto(addressOf(page, '/nothing-here'));
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
    await page.getByRole('link', { name: 'All datasets' }).click();
    await page.getByRole('heading', { name: 'Datasets', level: 1 }).waitFor();
    await page.close();
  });
}
