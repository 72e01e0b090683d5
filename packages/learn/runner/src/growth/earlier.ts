import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '@espalier/base/files';
import { keyOf } from '@espalier/search';
import {
  bestEpoch,
  configurationSchema,
  MOST_WEIGHTS,
  ranked,
  trialName,
  type StudyLog,
} from '@espalier/study';
import { readJournal, weightsPath } from '@espalier/study/folder';
import { z } from 'zod';
import { StudyError } from '../errors.js';
import { openData } from '../study/examples.js';
import { datasetOptions } from '../study/readData.js';
import {
  readAnswers,
  readExamples,
  writeAnswers,
  writeExamples,
  knownOf,
  type KnownExamples,
} from './files.js';

const earlierTrialSchema = z.strictObject({
  number: z.number().int().nonnegative(),
  configuration: configurationSchema,
  /** Fingerprint of its backbone. */
  model: z.string(),
  /** The epoch whose weights are kept. */
  epochs: z.number().int().positive(),
});
export type EarlierTrial = z.infer<typeof earlierTrialSchema>;

const earlierSchema = z.strictObject({
  version: z.literal(1),
  folder: z.string(),
  task: z.string(),
  /** Best first. */
  trials: z.array(earlierTrialSchema).readonly(),
});

/** What a study takes from the one it grows. */
export interface Earlier extends KnownExamples {
  /** The earlier study's folder, for people. */
  readonly folder: string;
  readonly task: string;
  /** Its best trials, best first, of those whose weights are kept. */
  readonly trials: readonly EarlierTrial[];
  /** What its answer said of its test examples before it learnt from them, [test, outputs]; null where it is not known. */
  readonly answers: Float32Array | null;
  /** The weights of one of its trials. */
  weightsPath(number: number): string;
}

/** Where a study keeps what it took from the one it grows. */
const placeIn = (folder: string): string => join(folder, 'earlier');
const factsPath = (folder: string): string => join(placeIn(folder), 'study.json');

/**
 * Reads what a finished study has to give to one that grows it.
 *
 * @throws StudyError where there is no study, it is not finished, or its split is not known any more
 */
export async function readEarlier(folder: string, signal?: AbortSignal): Promise<Earlier> {
  const log = await readJournal(folder);
  if (log.finishedAt === null) {
    throw new StudyError(
      `the study in ${folder} is not finished, so there is nothing to grow yet; finish it with --resume ${folder}`,
    );
  }
  const known = (await readExamples(folder)) ?? (await examplesOfDataset(folder, log, signal));
  return {
    ...known,
    folder,
    task: log.header.settings.task,
    trials: bestTrials(folder, log),
    answers: await readAnswers(folder),
    weightsPath: (number) => weightsPath(folder, trialName({ role: 'searched', number })),
  };
}

function bestTrials(folder: string, { trials, header }: StudyLog): EarlierTrial[] {
  return ranked(trials)
    .slice(0, MOST_WEIGHTS)
    .filter((trial) => existsSync(weightsPath(folder, trialName(trial))))
    .map(({ number, configuration, epochs }) => ({
      number,
      configuration,
      model: header.models[header.space.backbones.findIndex(({ id }) => id === configuration.backbone)] ?? '',
      epochs: bestEpoch(epochs)?.epoch ?? 1,
    }));
}

/** The split of a study that did not write it down, made again from its dataset. */
async function examplesOfDataset(
  folder: string,
  { header }: StudyLog,
  signal: AbortSignal | undefined,
): Promise<KnownExamples> {
  const lost = (cause?: unknown): StudyError =>
    new StudyError(
      `the study in ${folder} is of an earlier version, which did not keep what it tested, and its dataset ${header.settings.dataset.path} ` +
        'has changed since; search once without --from, and grow that study from then on',
      { cause },
    );
  const { path, options } = datasetOptions(header.settings);
  const data = await openData(path, { ...options, ...(signal && { signal }) }).catch((cause: unknown) => {
    throw lost(cause);
  });
  if (data.hash !== header.data) throw lost();
  return knownOf(data);
}

/** Copies what a study takes from the one it grows into its own folder, which is all it reads from then on. */
export async function keepEarlier(folder: string, earlier: Earlier): Promise<void> {
  const place = placeIn(folder);
  await mkdir(join(place, 'weights'), { recursive: true });
  await writeExamples(place, earlier);
  if (earlier.answers !== null) await writeAnswers(place, earlier.answers);
  for (const { number } of earlier.trials) {
    const from = earlier.weightsPath(number);
    await copyFile(from, join(place, 'weights', basename(from)));
  }
  const { folder: origin, task, trials } = earlier;
  const facts = { version: 1, folder: origin, task, trials };
  await writeFileAtomic(factsPath(folder), `${JSON.stringify(facts)}\n`);
}

/** What a study has kept of the one it grows. @throws StudyError where that is not in its folder */
export async function keptEarlier(folder: string): Promise<Earlier> {
  const place = placeIn(folder);
  const [text, known] = await Promise.all([
    readFile(factsPath(folder), 'utf8').catch(() => null),
    readExamples(place),
  ]);
  if (text === null || known === null) {
    throw new StudyError(`the study in ${folder} grows an earlier one, and ${place} is gone; begin it again`);
  }
  const { folder: origin, task, trials } = earlierSchema.parse(JSON.parse(text));
  return {
    ...known,
    ...{ folder: origin, task, trials },
    answers: await readAnswers(place),
    weightsPath: (number) => weightsPath(place, trialName({ role: 'searched', number })),
  };
}

/** The earlier trial with a configuration; undefined where there was none, or its weights are gone. */
export const earlierTrial = (
  { trials }: Earlier,
  configuration: EarlierTrial['configuration'],
): EarlierTrial | undefined => trials.find((trial) => keyOf(trial.configuration) === keyOf(configuration));
