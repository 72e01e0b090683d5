import type { Database } from '@espalier/store';
import type { Acknowledged } from './platform.js';

/** What a finished study says, without what depends on time and on who did it. */
export interface Outcome {
  readonly state: string;
  readonly reason: string | null;
  /** Configuration, end and curve of each trial, by its number. */
  readonly trials: Readonly<Record<string, unknown>>;
  readonly best: unknown;
}

export async function outcomeOf({ client }: Database, studyId: string): Promise<Outcome> {
  const study = await client.study.findUniqueOrThrow({
    where: { id: studyId },
    include: { trials: { include: { metrics: { orderBy: { epoch: 'asc' } } } } },
  });
  const report = study.report as {
    readonly best?: { readonly trial: number; readonly test: unknown };
  } | null;
  const shown = study.trials.map((trial) => [
    String(trial.number),
    {
      ...{ state: trial.state, reason: trial.reason, bestEpoch: trial.bestEpoch },
      ...{ freezeDepth: trial.freezeDepth, learningRate: trial.learningRate, layerDecay: trial.layerDecay },
      curve: trial.metrics.map(({ epoch, trainLoss, validationLoss, validationAccuracy }) => [
        ...[epoch, trainLoss, validationLoss, validationAccuracy],
      ]),
    },
  ]);
  return {
    state: study.state,
    reason: study.reason,
    trials: Object.fromEntries(shown),
    best: report?.best && { trial: report.best.trial, test: report.best.test },
  };
}

/** What is wrong with a study that went through kills; nothing where it is as if there had been none. */
export async function faultsOf(
  database: Database,
  studyId: string,
  expected: Outcome,
  acknowledged: readonly Acknowledged[],
): Promise<string[]> {
  const faults: string[] = [];
  const found = await outcomeOf(database, studyId);
  for (const number of new Set([...Object.keys(expected.trials), ...Object.keys(found.trials)])) {
    const [a, b] = [JSON.stringify(expected.trials[number]), JSON.stringify(found.trials[number])];
    if (a !== b) faults.push(`trial ${number} is ${b} and not ${a}`);
  }
  for (const part of ['state', 'reason', 'best'] as const) {
    const [a, b] = [JSON.stringify(expected[part]), JSON.stringify(found[part])];
    if (a !== b) faults.push(`its ${part} is ${b} and not ${a}`);
  }
  const { client } = database;
  const metrics = await client.metric.findMany({
    where: { trial: { studyId } },
    select: { epoch: true, trial: { select: { number: true } } },
  });
  const kept = new Set(metrics.map(({ epoch, trial }) => `${trial.number} ${epoch}`));
  for (const { trial, epoch } of acknowledged.filter((one) => one.studyId === studyId)) {
    if (!kept.has(`${trial} ${epoch}`))
      faults.push(`epoch ${epoch} of trial ${trial} was acknowledged and is lost`);
  }
  const events = await client.event.findMany({ where: { studyId }, orderBy: { number: 'asc' } });
  if (events.some(({ number }, i) => number !== i + 1)) faults.push('its events have a gap');
  const ends = events
    .filter(({ kind }) => kind === 'trial-ended')
    .map(({ data }) => (data as { number: number }).number);
  if (new Set(ends).size !== ends.length) faults.push(`trials ended twice: ${ends.join(', ')}`);
  const open = await client.task.count({ where: { studyId, state: { in: ['waiting', 'running'] } } });
  if (open > 0) faults.push(`${open} of its tasks are still open`);
  return faults;
}
