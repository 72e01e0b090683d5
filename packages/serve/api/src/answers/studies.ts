import { taskProgressSchema } from '@espalier/queue';
import {
  epochRecordSchema,
  objectiveSchema,
  phases,
  probeRecordSchema,
  studyRequestSchema,
  trialRoleSchema,
  valueSchema,
} from '@espalier/study';
import { StudyState, TaskKind, TrialState } from '@espalier/store';
import { z } from 'zod';
import { anything, id, moment, whole } from './common.js';

/** A study in a list. */
export const studySummary = z.strictObject({
  id,
  projectId: id,
  name: z.string(),
  state: z.enum(StudyState),
  trials: whole.describe('How many the search has begun'),
  objective: objectiveSchema.describe('What it is chosen by'),
  bestObjective: z.number().nullable().describe('The objective of its best trial, on validation'),
  elapsed: z.number().describe('Seconds of work'),
  reason: z.string().nullable().describe('Why it ended'),
  createdAt: moment,
  startedAt: moment.nullable(),
  endedAt: moment.nullable(),
});
export type StudySummary = z.infer<typeof studySummary>;

const waitsFor = z
  .string()
  .nullable()
  .describe('Why no worker is at it, for people; null where one is, or will be in a moment');

const place = z
  .strictObject({ at: whole, of: whole })
  .nullable()
  .describe('Which of the tasks that wait is its next, from 1; null where it does not wait in the queue');

export const listedStudy = studySummary.extend({
  waitsFor,
  place,
  onWorkers: z.boolean().describe('Whether workers of the server do it, and not a command on some machine'),
});

const underWay = z.strictObject({
  kind: z.enum(TaskKind),
  role: trialRoleSchema.nullable().describe('Of the trial; null for work that is not of one'),
  trial: whole.nullable().describe('Number of the trial within its role; null for work that is not of one'),
  worker: z.string().nullable(),
  progress: taskProgressSchema.nullable().describe('Null until the worker has told'),
});
export type UnderWay = z.infer<typeof underWay>;

const standing = z.strictObject({
  phase: z.enum(phases).nullable().describe('What is done now; null where nothing is'),
  underWay: z.array(underWay).describe('What workers do now'),
  ended: whole.describe('Searched trials that have ended'),
  most: whole.nullable().describe('Most trials of the search; null where time alone limits it'),
  left: z
    .strictObject({ of: z.enum(['phase', 'search']), seconds: z.number() })
    .nullable()
    .describe('An estimate of the time left; null where there is nothing yet to go by'),
});
export type Standing = z.infer<typeof standing>;

export const study = listedStudy.extend({
  removable: z
    .boolean()
    .describe('Whether it can be deleted now: it has ended, and no folder would bring it back'),
  settings: anything.describe('What was asked, as the runner has it'),
  space: anything.describe('Dimensions and choices that are searched; null until they are known'),
  priority: whole.describe('Larger is done first'),
  dimensions: z
    .array(z.strictObject({ name: z.string(), label: z.string() }))
    .describe('The dimensions that it searches; empty until they are known'),
  asked: studyRequestSchema
    .nullable()
    .describe('The settings with their defaults; null for those of a version that is not known here'),
  folder: z.string().nullable().describe('Of a study that a command does; null for one that workers do'),
  dataset: z.strictObject({ id, name: z.string() }).nullable(),
  models: z.array(z.strictObject({ id, name: z.string(), createdAt: moment })).describe('The newest first'),
  standing: standing.describe('Where it stands: what is done, how much of it, and how long it may take'),
  lastEvent: whole.describe('Number of its last event'),
  hasReport: z.boolean(),
});

export const studyEvent = z.strictObject({
  number: whole.describe('From 1, without a gap'),
  kind: z.string(),
  data: anything,
  createdAt: moment,
});

/** A probe or baseline. */
export const probe = probeRecordSchema
  .pick({
    ...{ number: true, role: true, backbone: true, title: true, accuracy: true },
    ...{ low: true, high: true, logLoss: true, examples: true, basis: true },
  })
  .extend({ name: z.string().describe('What the leaderboard calls it, such as `probe-3`') });
export type ProbeShape = z.infer<typeof probe>;

export const decision = z.strictObject({
  kind: z.string(),
  text: z.string().describe('Why something was done, for people'),
  role: trialRoleSchema.nullable().describe('Of the trial; null where it is of the whole study'),
  trial: whole
    .nullable()
    .describe('Number of the trial within its role; null where it is of the whole study'),
  createdAt: moment,
});

export const trialShape = z.strictObject({
  id,
  studyId: id,
  role: trialRoleSchema.describe('`searched` by the search, or a `baseline` that it is compared with'),
  number: whole.describe('From 0 within its role'),
  state: z.enum(TrialState),
  backbone: z.string(),
  values: z.record(z.string(), valueSchema).describe('Its configuration, by the names of the dimensions'),
  written: z.record(z.string(), z.string()).describe('The same values as people read them'),
  reason: z.string().nullable(),
  worker: z.string().nullable().describe('Who runs it'),
  bestEpoch: whole.nullable(),
  bestObjective: z.number().nullable().describe("The study's objective at the epoch that is kept"),
  bestLoss: z.number().nullable(),
  startedAt: moment.nullable(),
  endedAt: moment.nullable(),
});
export type TrialShape = z.infer<typeof trialShape>;

export const epoch = epochRecordSchema;

export const trial = trialShape.extend({
  epochs: z.array(epoch),
  decisions: z.array(decision.pick({ kind: true, text: true })),
});

export const curve = trialShape
  .pick({ role: true, number: true, backbone: true })
  .extend({ epochs: z.array(epoch) });
