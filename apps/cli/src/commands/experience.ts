import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { counted } from '@espalier/data';
import {
  addExperience,
  clearExperience,
  readExperience,
  rowsOf,
  writeExperience,
  type ExperienceRow,
} from '@espalier/study/experience';
import type { Command } from 'commander';
import { UsageError } from '../failure.js';
import { experienceFile } from '../settings.js';
import { tableOf } from '../view/textTable.js';
import { printable, shownPath, writeLine } from '../view/view.js';
import type { Define } from './declare.js';

interface Options {
  readonly file?: string;
  readonly json?: boolean;
}

const say = (text: string): void => writeLine(process.stdout, text);

export const defineExperience: Define = (command, finish) => {
  const action = (
    name: string,
    about: string,
    run: (path: string, other: string) => Promise<void>,
  ): Command => {
    const added = command.command(name).description(about);
    return added
      .option('--file <path>', "the experience (ESPALIER_EXPERIENCE, or a file in the user's data folder)")
      .action(async (...given: unknown[]) => {
        const options: Options = added.opts();
        await run(placeOf(options), typeof given[0] === 'string' ? given[0] : '');
        finish(0);
      });
  };
  const list = command.command('list', { isDefault: true });
  list
    .description('Show the studies that later ones learn from.')
    .option('--file <path>', "the experience (ESPALIER_EXPERIENCE, or a file in the user's data folder)")
    .option('--json', 'print one JSON object per line')
    .action(async (options: Options) => {
      const path = placeOf(options);
      const rows = await readExperience(path);
      if (options.json === true) for (const row of rows) say(JSON.stringify(row));
      else say(listOf(rows, path));
      finish(0);
    });
  action('export', 'Write it to a file, for another user or machine.', exportTo).argument('<to>', 'the file');
  action('import', 'Add the studies of a file that was exported.', importFrom).argument('<from>', 'the file');
  action('clear', 'Forget all studies.', async (path) => {
    const rows = await readExperience(path).catch(() => null);
    await clearExperience(path);
    const what = rows === null ? 'a file that could not be read' : counted(rows.length, 'trial');
    say(`Forgot ${what}.`);
  });
};

/** @throws UsageError where the environment says that there is none */
function placeOf({ file }: Options): string {
  const path = experienceFile(file);
  if (path !== null) return path;
  throw new UsageError('No experience is kept here: ESPALIER_EXPERIENCE is none; name a file with --file.');
}

async function exportTo(path: string, to: string): Promise<void> {
  const rows = await readExperience(path);
  await writeExperience(resolve(to), rows);
  say(`Wrote ${counted(rows.length, 'trial')} to ${shownPath(resolve(to))}.`);
}

async function importFrom(path: string, from: string): Promise<void> {
  const rows = rowsOf(await readFile(from, 'utf8'), from);
  const { studies, rows: trials, known } = await addExperience(path, rows);
  const again = known === 0 ? '' : ` ${counted(known, 'study was', 'studies were')} there already.`;
  say(`Added ${counted(trials, 'trial')} of ${counted(studies, 'study', 'studies')}.${again}`);
}

function listOf(rows: readonly ExperienceRow[], path: string): string {
  if (rows.length === 0)
    return `No study has finished yet that later ones could learn from (${shownPath(path)}).`;
  const studies = new Map<string, ExperienceRow[]>();
  for (const row of rows) studies.set(row.study, [...(studies.get(row.study) ?? []), row]);
  const table = tableOf(['study', 'begun', 'examples', '>classes', 'backbones', '>trials', '>best gain']);
  for (const [study, own] of studies) {
    const [first] = own as [ExperienceRow];
    const gains = own.flatMap(({ gain }) => gain ?? []);
    table.push([
      ...[study.slice(0, 8), first.startedAt.slice(0, 10)],
      ...[counted(first.dataset.examples, first.dataset.modality), first.dataset.classes],
      [...new Set(own.map(({ backbone }) => printable(backbone.id)))].join(', '),
      ...[own.length, gains.length === 0 ? '' : gainText(first, Math.max(...gains))],
    ]);
  }
  return [
    table.toString(),
    'A gain is what the best trial had over the probe of the last features that it started from.',
    `${counted(rows.length, 'trial')} of ${counted(studies.size, 'study', 'studies')} in ${shownPath(path)}`,
  ].join('\n');
}

function gainText({ objective: { direction, name } }: ExperienceRow, gain: number): string {
  const written = direction === 'maximise' ? `${(100 * gain).toFixed(1)} points` : gain.toFixed(3);
  return `${written} of ${printable(name)}`;
}
