import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeModel } from '@espalier/onnx';
import { modelOfTrial, prepareBackbone, writeEntry, type PreparedBackbone } from '@espalier/runner';
import { ranked, StudyError, type StudyLog, type StudyReport, type TrialRecord } from '@espalier/study';
import { readJournal, readReport } from '@espalier/study/folder';
import type { Backbone } from '@espalier/transfer';
import { z } from 'zod';
import { findBackbone, type TransferListener } from '../backbones/backbones.js';
import { callback, checked } from '../check.js';
import { SdkError } from '../errors.js';
import { defaultCacheFolder } from './options.js';
import { REPORT } from './finished.js';

export interface ExportOptions {
  /** A name of the leaderboard, such as `probe-3`; by default the study's answer. It is refitted like the answer. */
  readonly entry?: string;
  /** Number of a trial, exported with its weights from the search, instead of `entry`. The best five trials keep theirs. */
  readonly trial?: number;
  /** The file to write; by default `<entry>.onnx` in the study. */
  readonly out?: string;
  /** Called with the progress of the backbone's download. */
  readonly onTransfer?: TransferListener;
}

const schema = z.strictObject({
  entry: z.string().min(1).optional(),
  trial: z.number().int().nonnegative().optional(),
  out: z.string().min(1).optional(),
  onTransfer: callback<TransferListener>(),
});

/**
 * Exports an entry of a finished study's leaderboard as one ONNX file.
 *
 * @returns the absolute path of the file
 * @throws SdkError for invalid options; StudyError where there is no such entry, a trial has no
 *   weights, or the dataset or a backbone has changed; ReportError where the study is not finished
 */
export async function exportModel(study: string, options: ExportOptions = {}): Promise<string> {
  const { entry, trial, out, onTransfer } = checked(schema, options, 'exportModel');
  const folder = resolve(study);
  const log = await readJournal(folder);
  const report = await readReport(join(folder, REPORT));
  if (trial !== undefined) return exportTrial(folder, log, report, { trial, out, onTransfer });
  const { leaderboard, best } = report;
  const name = entry ?? best.name;
  const found = leaderboard.find((line) => line.name === name);
  if (found !== undefined) {
    const path = resolve(out ?? join(folder, `${found.name}.onnx`));
    const backbones = await backbonesOf(log, onTransfer);
    await writeEntry({ folder, backbones }, found, best.everything, path);
    return path;
  }
  const number = name === undefined ? (best.trial ?? undefined) : trialNumber(name);
  if (name !== undefined && number === undefined) throw noEntry(folder, name, leaderboard);
  return exportTrial(folder, log, report, { trial: number, out, onTransfer });
}

const trialNumber = (name: string): number | undefined => {
  const digits = /^trial-(\d+)$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

function noEntry(folder: string, name: string, leaderboard: StudyReport['leaderboard']): SdkError {
  const names = leaderboard.map((line) => line.name).join(', ');
  return new SdkError(`${folder} has no entry '${name}'; there are ${names}`);
}

/**
 * Exports the model of a leaderboard entry, or finds the file written before.
 *
 * @throws SdkError where the study has no such entry; the errors of {@link exportModel}
 */
export async function modelOfEntry(
  study: string,
  entry: string,
  options: WatchTransfer = {},
): Promise<string> {
  const folder = resolve(study);
  const { leaderboard } = await readReport(join(folder, REPORT));
  const known = leaderboard.some(({ name }) => name === entry) || trialNumber(entry) !== undefined;
  if (!known) throw noEntry(folder, entry, leaderboard);
  const path = join(folder, `${entry}.onnx`);
  return existsSync(path) ? path : exportModel(study, { entry, ...options });
}

type WatchTransfer = Pick<ExportOptions, 'onTransfer'>;

const backbonesOf = (
  { header: { settings } }: StudyLog,
  onTransfer: TransferListener | undefined,
): Promise<Backbone[]> =>
  Promise.all(settings.backbones.map((reference) => findBackbone(reference, { onTransfer })));

/** Exports a trial with its weights from the search. */
async function exportTrial(
  folder: string,
  log: StudyLog,
  { dataset }: StudyReport,
  { trial: asked, out, onTransfer }: ExportOptions,
): Promise<string> {
  const trial = trialOf(log, folder, asked);
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
    `trial ${number} of ${folder} has no weights; the trials with weights are ${there.join(', ') || '(none)'}`,
  );
}

async function backboneOf(
  { header: { settings, environment, space, models } }: StudyLog,
  { configuration }: TrialRecord,
  onTransfer: TransferListener | undefined,
): Promise<PreparedBackbone> {
  const index = space.backbones.findIndex(({ id }) => id === configuration.backbone);
  const backbone = await findBackbone(settings.backbones[index] as string, { onTransfer });
  const prepared = await prepareBackbone(backbone, environment?.cache.folder ?? defaultCacheFolder());
  if (prepared.fingerprint === models[index]) return prepared;
  throw new StudyError(
    `backbone ${backbone.id} has changed since the study; restore the file and the description that the study used`,
  );
}
