import { expect, it } from 'vitest';
import type { OpenPage } from './browser.js';

interface ConnectionTools {
  readonly openPage: OpenPage;
}

/** Of the study `pets`, which has ended; `itShowsProbes` cuts off the page of one that runs. */
export function itConnects({ openPage }: ConnectionTools): void {
  it('says that a study is being connected, and not that its connection is lost', async () => {
    const page = await openPage('/studies');
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/api/trpc/studies.events*', async (route) => {
      await released;
      await route.fallback();
    });
    const asked = page.waitForRequest(/studies\.events/);
    await page.getByRole('link', { name: 'pets' }).click();
    await asked;
    const connection = page.locator('[data-connection]');
    expect(await connection.textContent()).toBe('connecting …');
    expect(await page.getByRole('alert').filter({ hasText: 'The connection is lost' }).count()).toBe(0);
    release();
    // Of a study that has ended, the connection has no words.
    await page.locator('[data-connection="live"]').waitFor({ state: 'attached' });
    await page.close();
  });
}
