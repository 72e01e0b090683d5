import { checkNames } from '@espalier/backbone-check';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { OpenPage } from './browser.js';

export interface BackboneTools {
  readonly openPage: OpenPage;
  readonly audit: (page: Page) => Promise<string[]>;
}

/** The page of backbones, on a server that reaches no hub. */
export function itShowsBackbones({ openPage, audit }: BackboneTools): void {
  it('lists backbones by what they are for', async () => {
    const page = await openPage('/backbones');
    await page.getByRole('cell', { name: 'vision-mini' }).first().waitFor();
    const all = await page.getByRole('row').count();
    await page.getByRole('switch', { name: 'Bundled' }).click({ force: true });
    await expect.poll(() => page.getByRole('row').count()).toBe(1 + 3);
    expect(all).toBeGreaterThan(4);
    await page.close();
  });

  it('checks a backbone that it is asked to, and says what it found', async () => {
    const page = await openPage('/backbones');
    const rowOf = (id: string): Locator =>
      page.getByRole('row').filter({ has: page.getByRole('cell', { name: id, exact: true }) });
    await rowOf('vision-mini').getByText('not checked').waitFor();
    await page.getByRole('button', { name: 'Check vision-mini', exact: true }).click();
    await page.getByRole('button', { name: 'Check vision-vgg', exact: true }).click();
    const all = `passed ${checkNames.length} of ${checkNames.length}`;
    await rowOf('vision-mini').getByText(all, { exact: true }).waitFor({ timeout: 300_000 });
    await page.getByRole('button', { name: 'Show checks of vision-mini' }).click();
    const list = page.getByRole('list', { name: 'Checks of vision-mini' });
    expect(await list.getByRole('listitem').allTextContents()).toEqual(
      checkNames.map((name) => `It ${name}: passed`),
    );
    // Nothing of it is on this machine, and there is no hub.
    const failed = rowOf('vision-vgg').getByText(`failed, passed 0 of ${checkNames.length}`);
    await failed.waitFor({ timeout: 300_000 });
    await page.getByRole('button', { name: 'Show checks of vision-vgg' }).click();
    const why = page.getByRole('list', { name: 'Checks of vision-vgg' }).getByRole('listitem').first();
    expect(await why.textContent()).toMatch(/^It is found and loads: failed\. .*127\.0\.0\.1:9/);
    expect(await audit(page)).toEqual([]);
    await page.close();
  });
}
