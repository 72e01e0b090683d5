import { dimensions, writtenValues } from '@espalier/search';
import type { Prisma, StudyState, TrialState } from '@espalier/store';
import {
  configurationSchema,
  epochRecordSchema,
  formerSpace,
  modelScoreSchema,
  objectiveSchema,
  searchSpaceSchema,
  type Objective,
} from '@espalier/study';
import type { z } from 'zod';
import type { listedDataset, plainModel } from './data.js';
import type { epoch, StudySummary, TrialShape } from './studies.js';

export const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

type StudyRow = Prisma.StudyGetPayload<{ omit: { report: true; settings: true; space: true } }> & {
  readonly _count: { readonly trials: number };
  readonly trials: readonly { readonly bestGain: number | null }[];
};

/** Seconds of work on a study until now. */
export const workSeconds = ({ elapsed, runningSince }: Pick<StudyRow, 'elapsed' | 'runningSince'>): number =>
  elapsed + (runningSince === null ? 0 : Math.max(0, (Date.now() - runningSince.getTime()) / 1000));

/** A gain as the objective's value. */
const objectiveOf = (gain: number | null | undefined, { direction }: Objective): number | null =>
  gain === null || gain === undefined ? null : gain * (direction === 'maximise' ? 1 : -1);

/** A study in a list. */
export const studySummary = (row: StudyRow): StudySummary => ({
  id: row.id,
  projectId: row.projectId,
  name: row.name,
  state: row.state,
  trials: row._count.trials,
  objective: objectiveSchema.parse(row.objective),
  bestObjective: objectiveOf(row.trials[0]?.bestGain, objectiveSchema.parse(row.objective)),
  elapsed: workSeconds(row),
  reason: row.reason,
  createdAt: row.createdAt.toISOString(),
  startedAt: iso(row.startedAt),
  endedAt: iso(row.endedAt),
});

/** Columns for {@link studySummary}: only searched trials count. */
export const summaryInclude = {
  _count: { select: { trials: { where: { role: 'searched' } } } },
  trials: {
    where: { role: 'searched', bestGain: { not: null } },
    orderBy: [{ bestGain: 'desc' }, { bestLoss: 'asc' }, { number: 'asc' }],
    take: 1,
    select: { bestGain: true },
  },
} satisfies Prisma.StudyInclude;

/** A trial whose study rests or was stopped in the middle of it runs no longer. */
function stateOf(state: TrialState, study: StudyState): TrialState {
  if (state !== 'running' || study === 'running') return state;
  return study === 'paused' || study === 'queued' ? 'waiting' : 'cancelled';
}

/** Columns of the study for a trial's shape. */
export interface OfStudy {
  readonly state: StudyState;
  readonly objective: unknown;
}

export const trialShape = (row: Prisma.TrialGetPayload<object>, study: OfStudy): TrialShape => {
  const configuration = configurationSchema.parse({ backbone: row.backbone, values: row.values });
  return {
    id: row.id,
    studyId: row.studyId,
    role: row.role,
    number: row.number,
    state: stateOf(row.state, study.state),
    backbone: row.backbone,
    values: { ...configuration.values },
    written: writtenValues(configuration),
    reason: row.reason,
    worker: row.worker,
    bestEpoch: row.bestEpoch,
    bestObjective: objectiveOf(row.bestGain, objectiveSchema.parse(study.objective)),
    bestLoss: row.bestLoss,
    startedAt: iso(row.startedAt),
    endedAt: iso(row.endedAt),
  };
};

export const metricShape = (row: Prisma.MetricGetPayload<object>): z.infer<typeof epoch> =>
  epochRecordSchema.parse({
    epoch: row.epoch,
    trainLoss: row.trainLoss,
    validationLoss: row.validationLoss,
    metrics: row.metrics,
    learningRate: row.learningRate,
    seconds: row.seconds,
    ...(row.averaged !== null && { averaged: row.averaged }),
  });

/** The dimensions that a study searches, with their names for people; none until they are known. */
export function searchedDimensions(space: unknown): { name: string; label: string }[] {
  const known = searchSpaceSchema.safeParse(formerSpace(space)).data;
  const names = new Set(
    known === undefined ? [] : [known, ...known.backbones].flatMap(({ ranges }) => Object.keys(ranges)),
  );
  return dimensions
    .entries()
    .filter(([name]) => names.has(name))
    .map(([name, { label }]) => ({ name, label }));
}

export const modelShape = (row: Prisma.ModelGetPayload<object>): z.infer<typeof plainModel> => ({
  id: row.id,
  projectId: row.projectId,
  studyId: row.studyId,
  trialId: row.trialId,
  name: row.name,
  licence: row.licence,
  test: modelScoreSchema.safeParse(row.scores).data ?? null,
  scores: row.scores,
  createdAt: row.createdAt.toISOString(),
});

type DatasetRow = Omit<Prisma.DatasetGetPayload<object>, 'summary'> & {
  readonly _count: { readonly studies: number };
};

/** A dataset in a list. */
export const datasetShape = (row: DatasetRow): z.infer<typeof listedDataset> => ({
  id: row.id,
  projectId: row.projectId,
  name: row.name,
  modality: row.modality,
  source: row.source,
  path: row.source === 'path' ? row.location : null,
  state: row.state,
  reason: row.reason,
  studies: row._count.studies,
  createdAt: row.createdAt.toISOString(),
});
