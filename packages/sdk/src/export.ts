import { join, resolve } from 'node:path';
import { writeModel } from '@espalier/onnx';
import { readReport } from '@espalier/report';
import {
  modelOfTrial,
  prepareBackbone,
  ranked,
  readJournal,
  StudyError,
  type PreparedBackbone,
  type StudyLog,
  type TrialRecord,
} from '@espalier/runner';
import { z } from 'zod';
import { findBackbone, type TransferListener } from './backbones.js';
import { callback, checked } from './check.js';
import { REPORT } from './finished.js';

export interface ExportOptions {
  /** The number of the trial; by default the best. The weights of the best five are kept. */
  readonly trial?: number;
  /** The file to write; by default `trial-<number>.onnx` in the study. */
  readonly out?: string;
  /** Told how far the download of the backbone is. */
  readonly onTransfer?: TransferListener;
}

const schema = z.strictObject({
  trial: z.number().int().nonnegative().optional(),
  out: z.string().min(1).optional(),
  onTransfer: callback<TransferListener>(),
});

/**
 * Writes the whole network of one of the best trials of a finished study as an ONNX file.
 *
 * @returns the absolute path of the file
 * @throws SdkError for options that cannot be used; StudyError where the trial has no weights or the
 *   backbone is another one now; ReportError where the study is not finished
 */
export async function exportTrial(study: string, options: ExportOptions = {}): Promise<string> {
  const { trial: asked, out, onTransfer } = checked(schema, options, 'exportTrial');
  const folder = resolve(study);
  const log = await readJournal(folder);
  const trial = trialOf(log, folder, asked);
  const { dataset } = await readReport(join(folder, REPORT));
  const prepared = await backboneOf(log, trial, onTransfer);
  const { settings } = log.header;
  const model = await modelOfTrial({ folder, settings, classes: dataset.classes }, { prepared }, trial);
  const path = resolve(out ?? join(folder, `trial-${trial.number}.onnx`));
  await writeModel(path, model);
  return path;
}

function trialOf({ trials }: StudyLog, folder: string, asked: number | undefined): TrialRecord {
  const candidates = ranked(trials);
  const number = asked ?? candidates[0]?.number;
  const trial = candidates.find((one) => one.number === number);
  if (trial !== undefined) return trial;
  const there = candidates.slice(0, 5).map((one) => one.number);
  throw new StudyError(
    `trial ${number} of ${folder} has no weights; there are those of trials ${there.join(', ') || '(none)'}`,
  );
}

async function backboneOf(
  { header: { settings, space, models } }: StudyLog,
  { configuration }: TrialRecord,
  onTransfer: TransferListener | undefined,
): Promise<PreparedBackbone> {
  const index = space.backbones.findIndex(({ id }) => id === configuration.backbone);
  const backbone = await findBackbone(settings.backbones[index] as string, { onTransfer });
  const prepared = await prepareBackbone(backbone, settings.cache.folder);
  if (prepared.fingerprint === models[index]) return prepared;
  throw new StudyError(
    `backbone ${backbone.id} has changed since the study; bring back the file and the description it used`,
  );
}
