import { datasetSummarySchema, membersSchema, progressSchema } from '@espalier/datasets';
import {
  AddedBackboneSource,
  AddedBackboneState,
  BackboneCheckState,
  DatasetSource,
  DatasetState,
  Modality,
} from '@espalier/store';
import { licenceSchema, modalitySchema } from '@espalier/transfer';
import { z } from 'zod';
import { backboneFactsSchema } from '../data/added.js';
import { outcomesSchema } from '../data/checks.js';
import { inputSchema, modelFiles } from '../data/modelFiles.js';
import { anything, id, moment, share, whole } from './common.js';

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
  bytes: whole.nullable().describe('Of its network; null where only loading can tell'),
  there: z.boolean().describe("Whether it is on the server's machine, and needs no download any more"),
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

/** A network that people added to a project. */
export const addedBackbone = z.strictObject({
  id,
  projectId: id,
  reference: z.string().describe('What studies name it by'),
  name: z.string(),
  source: z.enum(AddedBackboneSource),
  place: z.string().nullable().describe('A commit and file of a hub, or a path; null for an upload'),
  state: z.enum(AddedBackboneState),
  reason: z.string().nullable().describe('Why it cannot be used'),
  facts: backboneFactsSchema.nullable().describe('What looking at it showed; null until then'),
  there: z.boolean().describe("Whether it is on the server's machine, and needs no download any more"),
  studies: whole.describe('How many name it'),
  createdAt: moment,
});

/** What a model has in a list and on its own. */
export const plainModel = z.strictObject({
  id,
  projectId: id,
  studyId: id.nullable(),
  trialId: id.nullable(),
  name: z.string(),
  licence: z.string(),
  testAccuracy: share.nullable().describe('Null where nobody knows'),
  scores: anything.describe('On the test split, with intervals, as the report has them'),
  createdAt: moment,
});

/** A model in a list. */
export const listedModel = plainModel.extend({
  studyName: z.string().nullable().describe('Null where its study is gone'),
});

export const model = plainModel.extend({
  folder: z
    .string()
    .nullable()
    .describe("Where it lies on the server's machine; null for one that workers made, which is downloaded"),
  card: z.string().nullable().describe('In Markdown; null where it has none'),
  input: inputSchema
    .nullable()
    .describe('What it classifies, and its classes; null where its files were changed'),
  files: z.array(z.strictObject({ name: z.enum(modelFiles), bytes: whole }).readonly()).readonly(),
});
