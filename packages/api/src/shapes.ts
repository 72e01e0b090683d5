import type { Prisma, StudyState, TrialState } from '@espalier/store';
import { z } from 'zod';
import type { listedDataset, plainModel } from './answers/data.js';
import type { epoch, StudySummary, TrialShape } from './answers/studies.js';

export const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

type StudyRow = Prisma.StudyGetPayload<{ omit: { report: true; settings: true; space: true } }> & {
  readonly _count: { readonly trials: number };
  readonly trials: readonly { readonly bestAccuracy: number | null }[];
};

/** Seconds of work on a study until now. */
export const workSeconds = ({ elapsed, runningSince }: Pick<StudyRow, 'elapsed' | 'runningSince'>): number =>
  elapsed + (runningSince === null ? 0 : Math.max(0, (Date.now() - runningSince.getTime()) / 1000));

/** A study in a list. */
export const studySummary = (row: StudyRow): StudySummary => ({
  id: row.id,
  projectId: row.projectId,
  name: row.name,
  state: row.state,
  trials: row._count.trials,
  bestAccuracy: row.trials[0]?.bestAccuracy ?? null,
  elapsed: workSeconds(row),
  reason: row.reason,
  createdAt: row.createdAt.toISOString(),
  startedAt: iso(row.startedAt),
  endedAt: iso(row.endedAt),
});

/** What {@link studySummary} reads: only searched trials count, not the twins from random weights. */
export const summaryInclude = {
  _count: { select: { trials: { where: { number: { gte: 0 } } } } },
  trials: {
    where: { number: { gte: 0 }, bestAccuracy: { not: null } },
    orderBy: [{ bestAccuracy: 'desc' }, { bestLoss: 'asc' }, { number: 'asc' }],
    take: 1,
    select: { bestAccuracy: true },
  },
} satisfies Prisma.StudyInclude;

/** A trial whose study rests or was stopped in the middle of it runs no longer. */
function stateOf(state: TrialState, study: StudyState): TrialState {
  if (state !== 'running' || study === 'running') return state;
  return study === 'paused' || study === 'queued' ? 'waiting' : 'cancelled';
}

/** @param study the state of its study */
export const trialShape = (row: Prisma.TrialGetPayload<object>, study: StudyState): TrialShape => ({
  id: row.id,
  studyId: row.studyId,
  number: row.number,
  state: stateOf(row.state, study),
  backbone: row.backbone,
  freezeDepth: row.freezeDepth,
  learningRate: row.learningRate,
  layerDecay: row.layerDecay,
  weightDecay: row.weightDecay,
  augmentation: row.augmentation,
  reason: row.reason,
  worker: row.worker,
  bestEpoch: row.bestEpoch,
  bestAccuracy: row.bestAccuracy,
  bestLoss: row.bestLoss,
  startedAt: iso(row.startedAt),
  endedAt: iso(row.endedAt),
});

export const metricShape = (row: Prisma.MetricGetPayload<object>): z.infer<typeof epoch> => ({
  epoch: row.epoch,
  trainLoss: row.trainLoss,
  validationLoss: row.validationLoss,
  validationAccuracy: row.validationAccuracy,
  learningRate: row.learningRate,
  seconds: row.seconds,
});

const scoresSchema = z.object({ testAccuracy: z.number() });

export const modelShape = (row: Prisma.ModelGetPayload<object>): z.infer<typeof plainModel> => ({
  id: row.id,
  projectId: row.projectId,
  studyId: row.studyId,
  trialId: row.trialId,
  name: row.name,
  licence: row.licence,
  testAccuracy: scoresSchema.safeParse(row.scores).data?.testAccuracy ?? null,
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
