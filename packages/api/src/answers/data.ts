import { datasetSummarySchema, membersSchema, progressSchema } from '@espalier/datasets';
import { BackboneCheckState, DatasetSource, DatasetState, Modality } from '@espalier/store';
import { licenceSchema, modalitySchema } from '@espalier/transfer';
import { z } from 'zod';
import { outcomesSchema } from '../data/checks.js';
import { inputSchema, modelFiles } from '../data/modelFiles.js';
import { anything, id, moment, whole } from './common.js';

/** A dataset in a list. */
export const listedDataset = z.strictObject({
  id,
  projectId: id,
  name: z.string(),
  modality: z.enum(Modality).nullable().describe('Null until it was looked into'),
  source: z.enum(DatasetSource),
  path: z
    .string()
    .nullable()
    .describe("Where it lies on the server's machine; null for one that was uploaded"),
  state: z.enum(DatasetState),
  reason: z.string().nullable().describe('Why it cannot be read'),
  studies: whole.describe('How many use it'),
  createdAt: moment,
});

export const dataset = listedDataset.extend({
  summary: datasetSummarySchema.nullable().describe('What is in it; null until it was looked into'),
  progress: progressSchema.nullable().describe('How far that is; null where it waits or none is under way'),
});

export const samples = z.strictObject({
  items: membersSchema,
  total: whole.describe('How many there are of what was asked for'),
  next: z.string().nullable().describe('The cursor of the next page; null at the end'),
});

export const upload = z.strictObject({
  id,
  name: z.string(),
  bytes: whole,
  partBytes: whole.describe('Of each part but the last'),
  parts: whole,
  there: z.array(whole).readonly().describe('Numbers of the parts that are there, from 0'),
});

export const backbone = z.strictObject({
  id: z.string().describe('How a study names it'),
  family: z.string(),
  modality: modalitySchema,
  embedded: z.boolean().describe('Whether it comes with Espalier and needs no download'),
  checkpoint: z.string().nullable().describe('On a hub; null where it comes along'),
  licence: licenceSchema.readonly(),
  parameters: whole.nullable().describe('Null where only loading can tell'),
  stages: whole
    .nullable()
    .describe('That can be frozen one after the other; null until a study has loaded it'),
  check: z
    .strictObject({
      state: z.enum(BackboneCheckState),
      checks: outcomesSchema.readonly(),
      reason: z.string().nullable().describe('Why there is no outcome; null where there is one'),
      version: z.string().nullable().describe("Espalier's, whose suite it was"),
      endedAt: moment.nullable(),
    })
    .readonly()
    .nullable()
    .describe('What the conformance suite last found; null where nobody has checked it'),
});

/** A model in a list. */
export const listedModel = z.strictObject({
  id,
  projectId: id,
  studyId: id.nullable(),
  trialId: id.nullable(),
  name: z.string(),
  licence: z.string(),
  scores: anything.describe('On the test split, with intervals, as the report has them'),
  createdAt: moment,
});

export const model = listedModel.extend({
  card: z.string().nullable().describe('In Markdown; null where it has none'),
  input: inputSchema
    .nullable()
    .describe('What it classifies, and its classes; null where its files were changed'),
  files: z.array(z.strictObject({ name: z.enum(modelFiles), bytes: whole }).readonly()).readonly(),
});
