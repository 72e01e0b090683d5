import { dirname } from 'node:path';
import { writeModel } from '@espalier/onnx';
import { ancestorsOf } from '@espalier/search';
import { StudyError } from '../errors.js';
import { searchedTrials, type StudyLog } from '@espalier/study';
import { readJournal } from '@espalier/study/folder';
import { openSession } from '../study/session.js';
import { requireEnvironment, requireSame, type StudyOptions } from '../study/study.js';
import { copyAssets } from './assets.js';
import type { Descended } from '../methods/method.js';
import { backboneOf, type Choice, type Single } from './choice.js';
import { fitChoice } from './fit.js';

/** A line of a study's leaderboard, by its name. */
export interface EntryReference {
  readonly name: string;
  /** What an average is made of. */
  readonly members?: readonly { readonly name: string; readonly share: number }[] | undefined;
}

/**
 * Fits a line of a finished study's leaderboard as its answer was fitted, and writes its whole network with
 * the files that its preprocessing reads beside it.
 *
 * @param everything whether it learns from the test split too
 * @throws StudyError where the study has no such line, or its dataset or backbones have changed
 */
export async function writeEntry(
  options: Omit<StudyOptions, 'notes'>,
  entry: EntryReference,
  everything: boolean,
  path: string,
): Promise<void> {
  const log = await readJournal(options.folder);
  const choice = choiceOf(log, entry, options.folder);
  const session = await openSession({
    ...options,
    settings: log.header.settings,
    space: log.header.space,
    environment: requireEnvironment(options.environment ?? log.header.environment, options.folder),
    // The study's time is over; this is not part of it.
    elapsedBefore: 0,
    emit: options.onEvent ?? (() => undefined),
    signal: options.signal ?? new AbortController().signal,
    // The study is over: nothing that happens now belongs to it.
    record: () => Promise.resolve(),
  });
  try {
    requireSame(log.header, session);
    const fitted = await fitChoice(session, choice, everything ? 'everything' : 'labelled');
    await writeModel(path, fitted.model());
    const backbone = backboneOf(choice);
    if (backbone !== null) await copyAssets(dirname(path), session.candidate(backbone).prepared);
  } finally {
    await session.close();
  }
}

function choiceOf(log: StudyLog, { name, members }: EntryReference, folder: string): Choice {
  if (members === undefined || members.length === 0) return singleOf(log, name, folder);
  return {
    kind: 'average',
    members: members.map((member) => ({ choice: singleOf(log, member.name, folder), share: member.share })),
  };
}

function singleOf({ probes, trials }: StudyLog, name: string, folder: string): Single {
  const [, kind, digits] = /^(probe|baseline|trial)-(\d+)$/.exec(name) ?? [];
  const record = probes.find(({ role, number }) => role === kind && number === Number(digits));
  if (record !== undefined) return { kind: 'probe', record };
  const trial = searchedTrials(trials).find(({ number }) => kind === 'trial' && number === Number(digits));
  if (trial !== undefined && trial.epochs.length > 0)
    return { kind: 'trial', trial, ancestors: ancestorsOf(trials, trial) };
  const members = membersOf(name, trials);
  if (members !== null) return { kind: 'soup', members };
  throw new StudyError(`${folder} has no entry '${name}'; its report lists them`);
}

/** The trials of a soup by its name, such as soup-3+5; null where it is none. */
function membersOf(
  name: string,
  trials: StudyLog['trials'],
): Extract<Single, { kind: 'soup' }>['members'] | null {
  const [, numbers = ''] = /^soup-(\d+(?:\+\d+)+)$/.exec(name) ?? [];
  const [first, ...others] = numbers.split('+').map((digits): Descended | null => {
    const trial = searchedTrials(trials).find(({ number }) => digits !== '' && number === Number(digits));
    return trial === undefined ? null : { trial, ancestors: ancestorsOf(trials, trial) };
  });
  const found = others.filter((other) => other !== null);
  return first && found.length === others.length ? [first, ...found] : null;
}
