import { trialName } from '@espalier/study';
import { createHash } from 'node:crypto';
import type { Blobs } from '@espalier/blobs';
import { readHistory, type Database } from '@espalier/store';
import { readStudy, type HistoryPart } from '@espalier/study/storage';

/** Everything that a study which is over has left, without what depends on time and on who did it. */
export interface Evidence {
  readonly state: string;
  readonly reason: string | null;
  /** Configuration, end and curve of each trial, by its number. */
  readonly trials: Readonly<Record<string, unknown>>;
  readonly decisions: readonly string[];
  /** Kinds of its events in their order, and whether their numbers have no gap. */
  readonly events: { readonly gap: boolean; readonly ends: readonly number[] };
  readonly openTasks: number;
  /** `trial epoch` of every metric. */
  readonly epochs: readonly string[];
  /** The same by its history alone. */
  readonly told: readonly string[];
  /** Hash of every file of its results, as the blobs have it; of reports without times. */
  readonly files: Readonly<Record<string, string>>;
  /** Files of its results that rows speak of, with their hash, where time is in none of them. */
  readonly artifacts: readonly string[];
  /** Blobs of the study that are no results: weights and checkpoints, by kind. */
  readonly leftovers: readonly string[];
  /** Predictions of its model for one picture. */
  readonly prediction: unknown;
  readonly report: unknown;
}

export interface Services {
  readonly database: Database;
  readonly blobs: Blobs;
  /** Predictions of a model by its row; its files are in the blobs. */
  readonly predict: (model: { readonly id: string; readonly location: string }) => Promise<unknown>;
}

const MOST_BYTES = 2 ** 30;
/** Of a report: what another run says differently. */
const PASSING: ReadonlySet<string> = new Set([
  'command',
  // What latency was measured, and which lines no other beats in it.
  'costs',
  'createdAt',
  'environment',
  'front',
  'memory',
  'resume',
  'seconds',
]);

/** A report without times, machines and names. */
export function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lasting);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => !PASSING.has(name));
  return Object.fromEntries(entries.map(([name, inner]) => [name, lasting(inner)]));
}

const hashOf = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Files of a report that say when and by whom: only whether they are there is compared. */
const dated = /\.(md|svg)$|trials\.jsonl$|journal|environment/;

export async function gather({ database, blobs, predict }: Services, studyId: string): Promise<Evidence> {
  const { client } = database;
  const study = await client.study.findUniqueOrThrow({
    where: { id: studyId },
    include: {
      trials: { include: { metrics: { orderBy: { epoch: 'asc' } } } },
      decisions: { include: { trial: { select: { number: true } } } },
      history: { orderBy: { number: 'asc' } },
      tasks: true,
      models: true,
    },
  });
  const shown = study.trials.map((trial) => [
    trialName(trial),
    {
      ...{ state: trial.state, reason: trial.reason, bestEpoch: trial.bestEpoch },
      values: trial.values,
      curve: trial.metrics.map(({ epoch, trainLoss, validationLoss, metrics }) => [
        ...[epoch, trainLoss, validationLoss, metrics],
      ]),
    },
  ]);
  const [model] = study.models;
  return {
    state: study.state,
    reason: study.reason,
    trials: Object.fromEntries(shown),
    decisions: study.decisions
      .map(
        ({ kind, text, trial }) =>
          `${kind} ${trial?.number ?? ''}: ${text.replace(/[\d.]+ (s|seconds)\b/g, 'a time')}`,
      )
      .sort(),
    events: {
      gap: study.history.some(({ number }, i) => number !== i + 1),
      ends: study.history
        .filter(({ kind }) => kind === 'trial-ended')
        .map(({ data }) => (data as { readonly number: number }).number),
    },
    openTasks: study.tasks.filter(({ state }) => state === 'waiting' || state === 'running').length,
    epochs: study.trials.flatMap(({ number, metrics }) => metrics.map(({ epoch }) => `${number} ${epoch}`)),
    told: await toldEpochs(database, studyId),
    ...(await filesOf({ client, blobs }, studyId)),
    prediction: model === undefined ? 'there is no model' : await said(() => predict(model)),
    report: lasting(study.report),
  };
}

/** The epochs that the history of a study adds up to; or why it adds up to nothing. */
async function toldEpochs({ client }: Database, studyId: string): Promise<string[]> {
  const read = (from: number): Promise<HistoryPart> => readHistory(client, studyId, from);
  try {
    const { trials } = await readStudy({ read }, 'the history');
    return trials.flatMap(({ number, epochs }) => epochs.map(({ epoch }) => `${number} ${epoch}`));
  } catch (error) {
    return [(error as Error).message];
  }
}

/** Runs an action; reports a failure as a loss, which ends no check. */
const said = (work: () => Promise<unknown>): Promise<unknown> =>
  work().catch((error: unknown) => `not to be had: ${(error as Error).name}`);

async function filesOf(
  { client, blobs }: Pick<Services, 'blobs'> & Pick<Database, 'client'>,
  studyId: string,
): Promise<Pick<Evidence, 'files' | 'artifacts' | 'leftovers'>> {
  const prefix = `studies/${studyId}/`;
  const files: Record<string, string> = {};
  const leftovers: string[] = [];
  for await (const { key } of blobs.list(prefix)) {
    const name = key.slice(prefix.length);
    if (!name.startsWith('results/')) leftovers.push(name.replace(/-[\d-]+$/, ''));
    else files[name] = String(await said(() => hashOfBlob(blobs, key, name)));
  }
  const rows = await client.artifact.findMany({ where: { key: { startsWith: prefix } } });
  const artifacts = rows.map(({ key, sha256 }) => {
    const name = key.slice(prefix.length);
    return dated.test(name) || name.endsWith('report.json') ? name : `${name} ${sha256}`;
  });
  return { files, artifacts: artifacts.sort(), leftovers: leftovers.sort() };
}

async function hashOfBlob(blobs: Blobs, key: string, name: string): Promise<string> {
  const bytes = await blobs.read(key, { maxBytes: MOST_BYTES });
  if (name.endsWith('report.json'))
    return hashOf(JSON.stringify(lasting(JSON.parse(new TextDecoder().decode(bytes)))));
  return dated.test(name) ? 'there' : hashOf(bytes);
}
