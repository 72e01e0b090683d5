import { datasetSummarySchema, membersSchema, progressSchema } from '@espalier/datasets';
import {
  AddedBackboneSource,
  AddedBackboneState,
  BackboneCheckState,
  DatasetSource,
  DatasetState,
  Modality,
} from '@espalier/store';
import { modelScoreFieldsSchema } from '@espalier/study';
import { licenceSchema, modalitySchema } from '@espalier/transfer';
import { z } from 'zod';
import { backboneFactsSchema } from '../data/added.js';
import { outcomesSchema } from '../data/checks.js';
import { inputSchema, modelFiles } from '../data/modelFiles.js';
import { anything, id, moment, whole } from './common.js';

/** A dataset in a list. */
export const listedDataset = z.strictObject({
  id,
  projectId: id,
  name: z.string(),
  modality: z.enum(Modality).nullable().describe('Null until the inspection'),
  source: z.enum(DatasetSource),
  path: z.string().nullable().describe("Path on the server's machine; null for an upload"),
  state: z.enum(DatasetState),
  reason: z.string().nullable().describe('Reason why the dataset cannot be read'),
  studies: whole.describe('Number of studies that use the dataset'),
  createdAt: moment,
});

export const dataset = listedDataset.extend({
  summary: datasetSummarySchema.nullable().describe('Result of the inspection; null before it'),
  progress: progressSchema
    .nullable()
    .describe('Progress of the inspection; null if it waits or none is running'),
});

export const samples = z.strictObject({
  items: membersSchema,
  total: whole.describe('Number of examples that match the request'),
  next: z.string().nullable().describe('The cursor of the next page; null at the end'),
});

export const upload = z.strictObject({
  id,
  name: z.string(),
  bytes: whole,
  partBytes: whole.describe('Size of each part but the last'),
  parts: whole,
  there: z.array(whole).readonly().describe('Numbers of the received parts, from 0'),
});

export const backbone = z.strictObject({
  id: z.string().describe('Reference for the request of a study'),
  family: z.string(),
  modality: modalitySchema,
  embedded: z
    .boolean()
    .describe('Whether the backbone is bundled with Espalier, so that it needs no download'),
  checkpoint: z.string().nullable().describe('Checkpoint on a hub; null if bundled'),
  licence: licenceSchema.readonly(),
  parameters: whole.nullable().describe('Null if unknown until loading'),
  bytes: whole.nullable().describe('Size of the network; null if unknown until loading'),
  there: z.boolean().describe("Whether the network is on the server's machine, so that it needs no download"),
  stages: whole
    .nullable()
    .describe('Number of stages that can be frozen; null until a study has loaded the network'),
  check: z
    .strictObject({
      state: z.enum(BackboneCheckState),
      checks: outcomesSchema.readonly(),
      reason: z.string().nullable().describe('Reason for a missing outcome; null where there is one'),
      version: z.string().nullable().describe('Version of Espalier that ran the suite'),
      endedAt: moment.nullable(),
    })
    .readonly()
    .nullable()
    .describe('Latest result of the conformance suite; null if it never ran'),
});

/** A network that people added to a project. */
export const addedBackbone = z.strictObject({
  id,
  projectId: id,
  reference: z.string().describe('Reference for the request of a study'),
  name: z.string(),
  source: z.enum(AddedBackboneSource),
  place: z.string().nullable().describe('A commit and file of a hub, or a path; null for an upload'),
  state: z.enum(AddedBackboneState),
  reason: z.string().nullable().describe('Reason why the backbone cannot be used'),
  facts: backboneFactsSchema.nullable().describe('Result of the inspection; null before it'),
  there: z.boolean().describe("Whether the network is on the server's machine, so that it needs no download"),
  studies: whole.describe('Number of studies that name the backbone'),
  createdAt: moment,
});

/** Fields of a model in lists and on its own. */
export const plainModel = z.strictObject({
  id,
  projectId: id,
  studyId: id.nullable(),
  trialId: id.nullable(),
  name: z.string(),
  licence: z.string(),
  test: modelScoreFieldsSchema.nullable().describe('Metric of the study on the test split; null if unknown'),
  scores: anything.describe('On the test split, with intervals, as the report has them'),
  createdAt: moment,
});

/** A model in a list. */
export const listedModel = plainModel.extend({
  studyName: z.string().nullable().describe('Null if the study was deleted'),
});

export const model = plainModel.extend({
  folder: z
    .string()
    .nullable()
    .describe("Folder on the server's machine; null for a model made by workers, which is downloaded"),
  card: z.string().nullable().describe('In Markdown; null where it has none'),
  input: inputSchema.nullable().describe('Modality and classes; null if the files were changed'),
  files: z.array(z.strictObject({ name: z.enum(modelFiles), bytes: whole }).readonly()).readonly(),
});
