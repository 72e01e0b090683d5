import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { modelOf } from '../cli.js';
import type { OpenPage } from './browser.js';

export interface WizardTools {
  readonly openPage: OpenPage;
  readonly audit: (page: Page) => Promise<string[]>;
  /** A folder of pictures. */
  readonly pictures: string;
}

/** How long a small study may take on a busy machine. */
const STUDY_MILLISECONDS = 600_000;

/** From a folder of pictures to a finished study, by nothing but the page. */
export function itLeadsToAStudy({ openPage, audit, pictures }: WizardTools): void {
  it('leads from a folder of pictures to a finished study', async () => {
    const page = await openPage('/studies');
    const next = () => page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('link', { name: 'New study' }).click();
    await page.getByRole('heading', { name: 'New study', level: 1 }).waitFor();

    await page
      .getByRole('button', { name: 'Add a dataset' })
      .or(page.getByRole('tab', { name: 'Upload' }))
      .first()
      .waitFor();
    const add = page.getByRole('button', { name: 'Add a dataset' });
    if (await add.isVisible()) await add.click();
    await page.getByRole('tab', { name: 'On the server' }).click();
    await page.getByRole('textbox', { name: 'Path' }).fill(`${pictures}/nothing`);
    await page.getByRole('button', { name: 'Add the path' }).click();
    await page.getByText(/cannot be opened/).waitFor();
    await page.getByRole('textbox', { name: 'Path' }).fill(pictures);
    await page.getByRole('textbox', { name: 'Name' }).fill('Surfaces');
    await page.getByRole('button', { name: 'Add the path' }).click();
    await page.getByText(/36 examples of 3 classes/).waitFor({ timeout: 300_000 });
    await page
      .getByText('Classes, from the names of the sub-folders: plain (12), spots (12), stripes (12)')
      .waitFor();
    await next();

    await page.getByRole('checkbox', { name: 'vision-mini' }).waitFor();
    expect(await page.getByRole('checkbox', { name: 'vision-mini' }).isChecked()).toBe(true);
    await page
      .getByRole('note')
      .filter({ hasText: /^vision-mini is a small network.*Hugging Face hub/ })
      .waitFor();
    expect(await audit(page)).toEqual([]);
    await next();

    await page.getByRole('radio', { name: 'Quick' }).check();
    await page.getByRole('button', { name: 'More settings' }).click();
    const trials = page.getByRole('textbox', { name: 'Trials' });
    await trials.fill('');
    expect(await trials.inputValue()).toBe('');
    await trials.press('Tab');
    expect(await trials.inputValue()).toBe('4');
    await trials.fill('2');
    await page.getByRole('textbox', { name: 'Frozen stages' }).fill('seven');
    expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Frozen stages' }).fill('7, 8');
    await page.getByRole('textbox', { name: 'Limit of size' }).fill('5 ms');
    expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Limit of size' }).fill('10MB');
    expect(await audit(page)).toEqual([]);
    await next();

    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Surfaces');
    await page.getByRole('button', { name: 'Start the study' }).click();
    await page.getByRole('heading', { name: 'Surfaces', level: 1 }).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('studies.prioritise')) asked.push(request.postData() ?? '');
    });
    const priority = page.getByRole('textbox', { name: 'Priority' });
    await priority.fill('');
    await priority.pressSequentially('12');
    expect(asked).toEqual([]);
    await priority.press('Enter');
    await priority.press('Tab');
    await expect.poll(() => asked.length).toBe(1);
    expect(asked[0]).toContain('"priority":12');
    await page.getByText('finished', { exact: true }).waitFor({ timeout: STUDY_MILLISECONDS });
    await page.getByText(/^Transfer: /).waitFor();
    await page.getByRole('region', { name: 'Pareto front' }).waitFor();
    await page.getByRole('region', { name: 'Which examples chose what' }).waitFor();
    const leaderboard = page.getByRole('region', { name: 'Leaderboard' });
    expect(await leaderboard.getByRole('table').last().getByRole('row').count()).toBe(1 + 2);
    expect(
      await leaderboard.getByRole('table').first().getByText('the answer', { exact: true }).count(),
    ).toBe(1);

    await page.getByRole('link', { name: 'Models' }).click();
    await page.getByRole('link', { name: modelOf('Surfaces') }).click();
    await page.getByRole('heading', { name: modelOf('Surfaces'), level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Workers' }).click();
    await page.getByRole('cell', { name: 'idle' }).waitFor();
    expect(await audit(page)).toEqual([]);
    await page.close();
  });
}

/** What a finished study leads on to: its model, more trials, another one like it, and its end. */
export function itLeadsOn({ openPage, audit }: WizardTools): void {
  it('leads on from a finished study', async () => {
    const page = await openPage('/studies');
    const click = (role: 'button' | 'link', name: string) => page.getByRole(role, { name }).click();
    await page.getByRole('link', { name: 'Surfaces', exact: true }).click();
    const asked = page.getByRole('region', { name: 'Request' });
    await asked.getByRole('link', { name: 'Surfaces' }).waitFor();
    await asked.getByText('Settings').click();
    await asked.getByRole('row', { name: 'Trials 2, at most 5 epochs each' }).waitFor();
    await asked.getByRole('row', { name: 'Frozen stages 7, 8' }).waitFor();
    await asked.getByRole('row', { name: 'Limits size 10 MB' }).waitFor();

    await click('link', 'Clone with changes');
    await page.getByText(/36 examples of 3 classes/).waitFor();
    for (let step = 0; step < 2; step++) await click('button', 'Next');
    await page.getByRole('button', { name: 'More settings' }).click();
    expect(await page.getByRole('textbox', { name: 'Frozen stages' }).inputValue()).toBe('7, 8');
    expect(await page.getByRole('textbox', { name: 'Trials' }).inputValue()).toBe('2');
    expect(await page.getByRole('textbox', { name: 'Limit of size' }).inputValue()).toBe('10 MB');
    await page.getByRole('textbox', { name: 'Frozen stages' }).fill('8');
    await page.getByRole('textbox', { name: 'Trials' }).fill('1');
    await page.getByRole('switch', { name: /random weights/ }).uncheck();
    const choose = async (name: string, option: string): Promise<void> => {
      // The field of several choices lies under them: it is opened by the keyboard.
      await page.getByRole('combobox', { name }).press('ArrowDown');
      await page.getByRole('option', { name: option, exact: true }).click();
      await page.keyboard.press('Escape');
    };
    await choose('Metric that trials are compared by', 'Macro F1');
    await choose('Task', 'classification');
    await choose('Method', 'tune');
    await choose('Method', 'probe');
    await click('button', 'Next');
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Surfaces, again');
    await click('button', 'Start the study');
    await page.getByRole('heading', { name: 'Surfaces, again', level: 1 }).waitFor();
    const stands = page.getByRole('region', { name: 'Progress' });
    await stands.getByText(/of 1 trial$/).waitFor();
    const finished = page.getByText('finished', { exact: true });
    await finished.waitFor({ timeout: STUDY_MILLISECONDS });
    expect(await stands.count()).toBe(0);
    await page.getByText(/^Expect a macro F1 of \d+\.\d % \(/).waitFor();
    const standings = page.getByRole('region', { name: 'Leaderboard' }).getByRole('table').first();
    await standings.getByRole('columnheader', { name: 'Macro F1' }).waitFor();
    await asked.getByText('Settings').click();
    await asked.getByRole('row', { name: 'Method tune, probe' }).waitFor();

    await click('button', 'More trials');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Trials' }).fill('1');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await stands.getByText(/of 2 trials/).waitFor();
    await finished.waitFor({ timeout: STUDY_MILLISECONDS });
    const next = page.getByRole('region', { name: 'Next steps' });
    // The model of before it went on is there, too.
    await next.getByText('Earlier models of this study').waitFor();
    const archive = await next.getByRole('link', { name: 'Download' }).getAttribute('href');
    const sent = await page.request.get(new URL(String(archive), page.url()).href);
    expect(sent.status()).toBe(200);
    expect((await sent.body()).subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    await next.getByText(/^unzip model\.zip -d surfaces-again.* && npx espalier serve /).waitFor();
    expect(await audit(page)).toEqual([]);
    await next.getByRole('link', { name: 'Try the model' }).click();
    await page.getByRole('button', { name: 'Choose a picture' }).waitFor();
    await page.goBack();

    await click('button', 'Delete Surfaces, again');
    await dialog.getByRole('button', { name: 'Delete the study' }).click();
    await page.getByRole('heading', { name: 'Studies', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Surfaces', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'Surfaces, again' }).count()).toBe(0);
    await page.close();
  });
}

/** A study that no worker of the server can do, and the end of it. */
export function itTellsWhyAStudyWaits({ openPage }: WizardTools): void {
  it('tells why a study waits', async () => {
    const page = await openPage('/datasets');
    const dataset = await page.getByRole('link', { name: 'Surfaces' }).getAttribute('href');
    const search = { engine: { provider: 'cuda' } };
    const made = await page.request.post(new URL('/api/trpc/studies.create', page.url()).href, {
      data: { datasetId: dataset?.split('/').at(-1), name: 'Patience', search },
    });
    expect(made.status()).toBe(200);
    const reason = 'no worker has the provider cuda: workers have cpu';
    await page.goto(new URL('/studies', page.url()).href);
    await page.getByRole('cell', { name: `queued ${reason}` }).waitFor();
    await page.getByRole('link', { name: 'Patience' }).click();
    await page.getByText(`Waiting: ${reason}.`).waitFor();
    await page.getByRole('button', { name: 'Cancel Patience' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Go back' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Cancel Patience' }).click();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('cancelled', { exact: true }).waitFor();
    expect(await page.getByText('Waiting:').count()).toBe(0);
    await page.close();
  });
}
