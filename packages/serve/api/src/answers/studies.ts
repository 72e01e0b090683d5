import { taskProgressSchema } from '@espalier/queue';
import {
  epochRecordSchema,
  objectiveSchema,
  phases,
  probeFieldsSchema,
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
  trials: whole.describe('Number of trials that the search has begun'),
  objective: objectiveSchema.describe('Objective of the study'),
  bestObjective: z.number().nullable().describe('The objective of its best trial, on validation'),
  elapsed: z.number().describe('Seconds of work'),
  reason: z.string().nullable().describe('Reason for the end'),
  createdAt: moment,
  startedAt: moment.nullable(),
  endedAt: moment.nullable(),
});
export type StudySummary = z.infer<typeof studySummary>;

const waitsFor = z
  .string()
  .nullable()
  .describe('Reason for waiting, for people; null if a worker runs the study or is about to');

const place = z
  .strictObject({ at: whole, of: whole })
  .nullable()
  .describe('Position of its next task in the queue, from 1; null if none waits');

export const listedStudy = studySummary.extend({
  waitsFor,
  place,
  onWorkers: z
    .boolean()
    .describe('Whether workers of the server run the study, rather than a command on some machine'),
});

const underWay = z.strictObject({
  kind: z.enum(TaskKind),
  role: trialRoleSchema.nullable().describe('Role of the trial; null for tasks without a trial'),
  trial: whole.nullable().describe('Number of the trial within its role; null for tasks without a trial'),
  worker: z.string().nullable(),
  progress: taskProgressSchema.nullable().describe('Null until the first report of the worker'),
});
export type UnderWay = z.infer<typeof underWay>;

const standing = z.strictObject({
  phase: z.enum(phases).nullable().describe('Current phase; null where there is none'),
  underWay: z.array(underWay).describe('Current tasks of workers'),
  ended: whole.describe('Searched trials that have ended'),
  most: whole.nullable().describe('Maximum number of trials; null if only time limits the search'),
  left: z
    .strictObject({ of: z.enum(['phase', 'search']), seconds: z.number() })
    .nullable()
    .describe('Estimate of the remaining time; null as long as there is no basis for it'),
});
export type Standing = z.infer<typeof standing>;

export const study = listedStudy.extend({
  removable: z
    .boolean()
    .describe('Whether the study can be deleted: it has ended, and no folder would restore it'),
  settings: anything.describe('Request of the study in the form of the runner'),
  space: anything.describe('Search space; null until it is known'),
  priority: whole.describe('Larger values run first'),
  dimensions: z
    .array(z.strictObject({ name: z.string(), label: z.string() }))
    .describe('Searched dimensions; empty until they are known'),
  asked: studyRequestSchema.nullable().describe('Request with its defaults; null for an unknown version'),
  folder: z
    .string()
    .nullable()
    .describe('Folder of a study that a command runs; null for one that workers run'),
  dataset: z.strictObject({ id, name: z.string() }).nullable(),
  models: z.array(z.strictObject({ id, name: z.string(), createdAt: moment })).describe('The newest first'),
  standing: standing.describe('Phase, progress and remaining time'),
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
export const probe = probeFieldsSchema
  .pick({
    ...{ number: true, role: true, backbone: true, title: true, value: true },
    ...{ low: true, high: true, loss: true, examples: true, basis: true, scores: true },
  })
  .extend({ name: z.string().describe('Name on the leaderboard, such as `probe-3`') });
export type ProbeShape = z.infer<typeof probe>;

export const decision = z.strictObject({
  kind: z.string(),
  text: z.string().describe('Reason for a decision, for people'),
  role: trialRoleSchema.nullable().describe('Role of the trial; null for the whole study'),
  trial: whole.nullable().describe('Number of the trial within its role; null for the whole study'),
  createdAt: moment,
});

export const trialShape = z.strictObject({
  id,
  studyId: id,
  role: trialRoleSchema.describe('`searched`, or `baseline`'),
  number: whole.describe('From 0 within its role'),
  state: z.enum(TrialState),
  backbone: z.string(),
  values: z.record(z.string(), valueSchema).describe('Configuration by the names of the dimensions'),
  written: z.record(z.string(), z.string()).describe('The same values, formatted for people'),
  reason: z.string().nullable(),
  worker: z.string().nullable().describe('Worker that runs the trial'),
  bestEpoch: whole.nullable(),
  bestObjective: z.number().nullable().describe("The study's objective at the epoch that is kept"),
  bestLoss: z.number().nullable(),
  startedAt: moment.nullable(),
  endedAt: moment.nullable(),
});
export type TrialShape = z.infer<typeof trialShape>;

export const epoch = epochRecordSchema;

export const trial = trialShape.extend({
  why: z.string().nullable().describe('Why the sampler chose it, for people'),
  epochs: z.array(epoch),
  decisions: z.array(decision.pick({ kind: true, text: true })),
});

export const curve = trialShape
  .pick({ role: true, number: true, backbone: true })
  .extend({ epochs: z.array(epoch) });
