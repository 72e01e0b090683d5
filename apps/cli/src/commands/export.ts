import { join, resolve } from 'node:path';
import { writeModel } from '@espalier/onnx';
import { modelOfTrial, prepareBackbone, ranked, readJournal, StudyError } from '@espalier/runner';
import { readReport } from '@espalier/report';
import { Command } from 'commander';
import { findBackbone } from '../backbones.js';
import { parseWhole } from '../parse.js';

interface ExportOptions {
  readonly trial?: number;
  readonly out?: string;
}

export const exportCommand = (finish: (code: number) => void): Command =>
  new Command('export')
    .description('Write the whole network of one of the best trials of a study as an ONNX file.')
    .argument('<study>', 'the folder of a finished study')
    .option('--trial <number>', 'the trial; by default the best', parseWhole)
    .option('--out <file>', 'where to write; by default trial-<number>.onnx in the study')
    .action(async (study: string, options: ExportOptions) => {
      process.stdout.write(`${await exportTrial(resolve(study), options)}\n`);
      finish(0);
    });

/** @returns the path of the file */
async function exportTrial(folder: string, options: ExportOptions): Promise<string> {
  const log = await readJournal(folder);
  const candidates = ranked(log.trials);
  const number = options.trial ?? candidates[0]?.number;
  const trial = candidates.find((one) => one.number === number);
  if (trial === undefined) {
    const there = candidates.slice(0, 5).map((one) => one.number);
    throw new StudyError(
      `trial ${number} of ${folder} has no weights; there are those of trials ${there.join(', ') || '(none)'}`,
    );
  }
  const { dataset } = await readReport(join(folder, 'report.json'));
  const { settings, space } = log.header;
  const index = space.backbones.findIndex(({ id }) => id === trial.configuration.backbone);
  const backbone = await findBackbone(settings.backbones[index] as string);
  const prepared = await prepareBackbone(backbone, settings.cache.folder);
  if (prepared.fingerprint !== log.header.models[index]) {
    throw new StudyError(
      `backbone ${backbone.id} has changed since the study; bring back the file and the description it used`,
    );
  }
  const model = await modelOfTrial({ folder, settings, classes: dataset.classes }, { prepared }, trial);
  const path = resolve(options.out ?? join(folder, `trial-${number}.onnx`));
  await writeModel(path, model);
  return path;
}
