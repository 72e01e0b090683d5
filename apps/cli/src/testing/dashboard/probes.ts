import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { start } from '../cli.js';
import type { OpenPage } from './browser.js';

export interface ProbeTools {
  readonly openPage: OpenPage;
  readonly audit: (page: Page) => Promise<string[]>;
  /** Arguments of a search into the folder `halted`, too long to wait for. */
  readonly halted: readonly string[];
  /** The folder of all searches. */
  readonly root: string;
}

/** A study that has probes and trials, and no report yet. */
export function itShowsProbes({ openPage, audit, halted, root }: ProbeTools): void {
  it('shows probes before trials of a search that is under way', async () => {
    const running = start(halted, root);
    await running.until('trial 1, epoch 1');
    running.child.kill('SIGINT');
    await running.ended;
    const page = await openPage('/studies');
    await page.getByRole('link', { name: 'halted' }).click();
    await page.locator('#content').getByText('paused', { exact: true }).waitFor();
    const table = page.getByRole('region', { name: 'Leaderboard' }).getByRole('table');
    await table.getByRole('link', { name: 'trial-0' }).waitFor();
    const probe = table.getByRole('row').filter({ hasText: /^(?:probe|baseline)-0/ });
    await probe.getByText(/^\d+ examples, (?:cross-validated|validation split)$/).waitFor();
    await probe.getByText(/^\d+\.\d % to \d+\.\d %$/).waitFor();
    expect(await table.getByRole('columnheader', { name: '95 % interval' }).count()).toBe(1);
    expect(await page.getByText('the answer', { exact: true }).count()).toBe(0);
    expect(await audit(page)).toEqual([]);
    const lost = page.getByRole('alert').filter({ hasText: 'The connection is lost' });
    await page.locator('[data-connection="live"]').waitFor();
    await page.context().setOffline(true);
    await lost.waitFor();
    await page.getByText('not live', { exact: true }).waitFor();
    // What was shown stays.
    expect(await table.getByRole('link', { name: 'trial-0' }).count()).toBe(1);
    await page.context().setOffline(false);
    await page.locator('[data-connection="live"]').waitFor({ timeout: 30_000 });
    await lost.waitFor({ state: 'detached' });
    await page.close();
  });
}

/** What the page of a finished study says of its answer, whatever kind that is. */
export async function expectAnswer(page: Page, examples: number): Promise<void> {
  const compared = page.getByRole('region', { name: 'Leaderboard' }).getByRole('table').first();
  await compared
    .getByRole('cell', { name: /^(?:probe|baseline)-\d+/ })
    .first()
    .waitFor();
  expect(await compared.getByText('the answer', { exact: true }).count()).toBe(1);
  await expectSortable(page);
  const answer = page.getByRole('region', { name: 'Answer' });
  await answer.getByText(/^The answer is (?:probe|baseline|trial|average)-/).waitFor();
  await answer.getByText(/^Expect \d+\.\d % \(.* on fresh examples/).waitFor();
  await answer.getByText(`learnt from all ${examples} labelled examples, including the test split`).waitFor();
}

/** The list of a finished study is sorted, filtered, narrowed and taken away. */
async function expectSortable(page: Page): Promise<void> {
  const region = page.getByRole('region', { name: 'Leaderboard' });
  const table = region.getByRole('table').first();
  const rows = await table.getByRole('row').count();
  await table.getByRole('button', { name: 'Accuracy' }).click();
  await table
    .getByRole('columnheader', { name: 'Accuracy' })
    .and(page.locator('[aria-sort=descending]'))
    .waitFor();
  const shares = (await table.getByRole('row').locator('td:nth-child(2)').allTextContents()).map(parseFloat);
  expect(shares).toEqual([...shares].sort((a, b) => b - a));
  await region.getByRole('textbox', { name: 'Filter' }).fill('baseline-1');
  expect(await table.getByRole('row').count()).toBe(1 + 1);
  const download = page.waitForEvent('download');
  await region.getByRole('link', { name: 'Export as CSV' }).click();
  const saved = await (await download).path();
  expect(readFileSync(saved, 'utf8')).toMatch(/^name,what,accuracy,.*\r\nbaseline-1,.*\r\n$/);
  await region.getByRole('textbox', { name: 'Filter' }).fill('');
  expect(await table.getByRole('row').count()).toBe(rows);
}
