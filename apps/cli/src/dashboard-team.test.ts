import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start, type Running } from './testing/cli.js';
import { audit, hasBrowser, openBrowser, pagesOf } from './testing/dashboard/browser.js';
import { buildPages } from './testing/dashboard/pages.js';

const password = 'correct horse battery';

const root = mkdtempSync(join(tmpdir(), 'espalier-team-'));
let browser: Browser;
let server: Running;
let url: string;
let setupUrl: string;

/** Everybody has a browser of their own. */
const { openFresh: open, complaints } = pagesOf(() => browser);
const fill = async (page: Page, fields: Readonly<Record<string, string>>): Promise<void> => {
  for (const [label, value] of Object.entries(fields))
    await page.getByRole('textbox', { name: label }).fill(value);
};

const scriptsOf = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>('Array.from(document.scripts, ({ src }) => src).filter(Boolean)');

/** Opens a page whose own scripts arrive after the answer that the frame of the page asked for. */
async function openLate(page: Page, path: string): Promise<void> {
  await page.goto(`${url}/backbones`);
  const common = await scriptsOf(page);
  await page.goto(`${url}${path}`);
  const own = (await scriptsOf(page)).filter((script) => !common.includes(script));
  expect(own).not.toEqual([]);
  const answered = page.waitForResponse((response) => response.url().includes('session.get'));
  for (const script of own) {
    await page.route(script, async (route) => {
      await answered;
      await route.continue();
    });
  }
  await page.reload();
  await page.unrouteAll();
}

describe.skipIf(!hasBrowser)('a team in a browser', () => {
  let ada: Page;
  let link: string;
  beforeAll(async () => {
    await buildPages();
    browser = await openBrowser();
    server = start(['start', '--team', '--port', '0'], root, { NODE_ENV: 'production' });
    url = await server.said(/The dashboard is at (\S+);/);
    setupUrl = await server.said(/Set up the first one at (\S+)/);
  });
  afterAll(async () => {
    await browser.close();
    server.child.kill('SIGINT');
    await server.ended;
    rmSync(root, { recursive: true, force: true });
  });

  it('is shown nothing before somebody signs in', async () => {
    const page = await open(`${url}/studies`);
    await page.getByRole('heading', { name: 'There are no accounts yet' }).waitFor();
    expect(page.url()).toBe(`${url}/sign-in?next=%2Fstudies`);
    await page.context().close();
  });

  it('begins with the link that the server prints', async () => {
    ada = await open(setupUrl);
    await fill(ada, { Organisation: 'Lab', 'Your name': 'Ada', 'E-mail': 'ada@example.org' });
    await fill(ada, { 'New password': password });
    await ada.getByRole('button', { name: 'Create the organisation' }).click();
    await ada.getByRole('heading', { name: 'Lab', level: 1 }).waitFor();
    await ada.getByRole('cell', { name: 'ada@example.org' }).waitFor();
  });

  it('grows by a link', async () => {
    await ada.getByRole('tab', { name: 'Invitations' }).click();
    await ada.getByLabel('E-mail of the invited person').fill('bob@example.org');
    await ada.getByRole('button', { name: 'Create a link' }).click();
    link = await ada.getByLabel('Link for bob@example.org').inputValue();
    const bob = await open(link);
    await bob.getByRole('heading', { name: 'Join Lab' }).waitFor();
    await fill(bob, { 'Your name': 'Bob', 'New password': password });
    await bob.getByRole('button', { name: 'Create an account and join' }).click();
    await bob.getByRole('heading', { name: 'No studies yet' }).waitFor();
    await bob.getByRole('link', { name: 'Team' }).click();
    await bob.getByRole('cell', { name: 'ada@example.org' }).waitFor();
    // Only admins have these.
    expect(await bob.getByRole('tab').allTextContents()).toEqual(['Members', 'Keys', 'Password']);
    expect(await bob.getByRole('button', { name: /Remove/ }).count()).toBe(0);
    await bob.context().close();
    const late = await open(link);
    await late.getByRole('alert').filter({ hasText: 'used, withdrawn or has expired' }).waitFor();
    await late.context().close();
  });

  it('says who is signed in, and offers a viewer nothing that they may not do', async () => {
    await ada.getByRole('banner').getByText('Ada', { exact: true }).waitFor();
    await ada.getByRole('banner').getByText('admin', { exact: true }).waitFor();
    await ada.getByLabel('E-mail of the invited person').fill('vera@example.org');
    await ada.getByRole('combobox', { name: 'Role' }).click();
    await ada.getByRole('option', { name: 'viewer' }).click();
    await ada.getByRole('button', { name: 'Create a link' }).click();
    const vera = await open(await ada.getByLabel('Link for vera@example.org').inputValue());
    await fill(vera, { 'Your name': 'Vera', 'New password': password });
    await vera.getByRole('button', { name: 'Create an account and join' }).click();
    await vera.getByRole('heading', { name: 'No studies yet' }).waitFor();
    await vera.getByRole('banner').getByText('viewer', { exact: true }).waitFor();
    expect(await vera.getByRole('link', { name: 'New study' }).count()).toBe(0);
    await vera.getByRole('link', { name: 'Datasets' }).click();
    await vera.getByRole('heading', { name: 'No datasets yet' }).waitFor();
    expect(await vera.getByRole('button', { name: 'Add a dataset' }).count()).toBe(0);
    await vera.getByRole('link', { name: 'Backbones' }).click();
    await vera
      .getByRole('cell', { name: /vision-mini/ })
      .first()
      .waitFor();
    expect(await vera.getByRole('button', { name: /^Check/ }).count()).toBe(0);
    await vera.getByRole('link', { name: 'Workers' }).click();
    await vera.getByRole('heading', { name: 'Workers' }).waitFor();
    expect(await vera.getByRole('region', { name: 'Limit of concurrent trials' }).count()).toBe(0);
    await vera.goto(`${url}/studies/new`);
    await vera.getByRole('heading', { name: 'You cannot start studies' }).waitFor();
    await openLate(vera, '/studies/new');
    await vera.getByRole('heading', { name: 'You cannot start studies' }).waitFor();
    await vera.context().close();
  });

  it('helps who forgot a password by a link', async () => {
    await ada.getByRole('tab', { name: 'Members' }).click();
    await ada.getByRole('button', { name: 'New password for Bob' }).click();
    const bob = await open(await ada.getByLabel('Link for Bob').inputValue());
    await ada.keyboard.press('Escape');
    await fill(bob, { 'New password': `${password}, changed` });
    await bob.getByRole('button', { name: 'Set the password' }).click();
    await fill(bob, { 'E-mail': 'bob@example.org', Password: `${password}, changed` });
    await bob.getByRole('button', { name: 'Sign in' }).click();
    await bob.getByRole('heading', { name: 'No studies yet' }).waitFor();
    await bob.context().close();
  });

  it('gives programs keys, which are shown once', async () => {
    await ada.getByRole('tab', { name: 'Keys' }).click();
    await ada.getByRole('button', { name: 'New key' }).click();
    await ada.getByLabel('Purpose').fill('CI');
    await ada.getByRole('button', { name: 'Create the key' }).click();
    const key = await ada.getByLabel('Key', { exact: true }).inputValue();
    const ask = () => fetch(`${url}/api/trpc/projects.list`, { headers: { authorization: `Bearer ${key}` } });
    expect((await ask()).status).toBe(200);
    await ada.getByRole('button', { name: 'Done' }).click();
    await ada.getByRole('cell', { name: `${key.slice(0, 10)}…` }).waitFor();
    await ada.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await ada.content()).includes(key)).toBe(false);
    await ada.getByRole('button', { name: 'Revoke CI' }).click();
    await ada.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await ada.getByRole('heading', { name: 'No keys' }).waitFor();
    expect((await ask()).status).toBe(401);
  });

  it('has a log of all that, and nothing serious for axe', async () => {
    await ada.getByRole('tab', { name: 'Audit log' }).click();
    for (const action of ['keys.revoke', 'keys.create', 'team.join', 'members.invite', 'team.setup'])
      await ada.getByRole('cell', { name: action }).first().waitFor();
    const storageState = await ada.context().storageState();
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(`${url}/team`, { colorScheme, storageState });
      for (const tab of ['Members', 'Invitations', 'Keys', 'Audit log', 'Password']) {
        await page.getByRole('tab', { name: tab }).click();
        await page.getByLabel('Loading').waitFor({ state: 'detached' });
        expect(await audit(page), `${tab}, ${colorScheme}`).toEqual([]);
      }
      await page.context().close();
      const guest = await open(`${url}/sign-in`, { colorScheme });
      await guest.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await audit(guest), `sign-in, ${colorScheme}`).toEqual([]);
      await guest.context().close();
    }
  });

  it('is left and entered again, at the page that was asked for', async () => {
    await ada.getByRole('button', { name: 'Sign out' }).click();
    await ada.getByRole('heading', { name: 'Sign in' }).waitFor();
    await ada.goto(`${url}/team`);
    await ada.getByRole('heading', { name: 'Sign in' }).waitFor();
    await fill(ada, { 'E-mail': 'ada@example.org', Password: 'wrong' });
    await ada.getByRole('button', { name: 'Sign in' }).click();
    await ada.getByRole('alert').filter({ hasText: 'Invalid email or password' }).waitFor();
    await fill(ada, { Password: password });
    await ada.keyboard.press('Enter');
    await ada.getByRole('heading', { name: 'Lab', level: 1 }).waitFor();
    expect(ada.url()).toBe(`${url}/team`);
    await ada.setViewportSize({ width: 375, height: 700 });
    const overflow = await ada.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    await ada.context().close();
  });

  it('has complained of nothing but what was refused', () => {
    expect(complaints.filter((text) => !/40[14]/.test(text))).toEqual([]);
  });
});
