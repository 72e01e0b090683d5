import { probeRecordSchema } from '@espalier/runner';
import { StudyState, TrialState } from '@espalier/store';
import { z } from 'zod';
import { anything, id, moment, share, whole } from './common.js';

/** A study in a list. */
export const studySummary = z.strictObject({
  id,
  projectId: id,
  name: z.string(),
  state: z.enum(StudyState),
  trials: whole.describe('How many were begun, without the twins from random weights'),
  bestAccuracy: share.nullable().describe('Validation accuracy of its best trial'),
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

export const listedStudy = studySummary.extend({ waitsFor });

export const study = listedStudy.extend({
  settings: anything.describe('What was asked, as the runner has it'),
  space: anything.describe('Dimensions and choices that are searched; null until they are known'),
  priority: whole.describe('Larger is done first'),
  onWorkers: z.boolean().describe('Whether workers of the server do it, and not a command on some machine'),
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
  trial: whole.nullable().describe('Number of the trial; null where it is of the whole study'),
  createdAt: moment,
});

export const trialShape = z.strictObject({
  id,
  studyId: id,
  number: whole.describe('From 0; twins from random weights count down from -1'),
  state: z.enum(TrialState),
  backbone: z.string(),
  freezeDepth: whole,
  learningRate: z.number(),
  layerDecay: z.number(),
  weightDecay: z.number(),
  augmentation: z.string(),
  reason: z.string().nullable(),
  worker: z.string().nullable().describe('Who runs it'),
  bestEpoch: whole.nullable(),
  bestAccuracy: share.nullable(),
  bestLoss: z.number().nullable(),
  startedAt: moment.nullable(),
  endedAt: moment.nullable(),
});
export type TrialShape = z.infer<typeof trialShape>;

export const epoch = z.strictObject({
  epoch: whole.describe('From 1'),
  trainLoss: z.number(),
  validationLoss: z.number(),
  validationAccuracy: share,
  learningRate: z.number(),
  seconds: z.number(),
});

export const trial = trialShape.extend({
  epochs: z.array(epoch),
  decisions: z.array(decision.pick({ kind: true, text: true })),
});

export const curve = z.strictObject({ number: whole, backbone: z.string(), epochs: z.array(epoch) });
