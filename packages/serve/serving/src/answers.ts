import { licenceSchema, modalitySchema } from '@espalier/transfer';
import { z } from 'zod';
import { errorCodes, type ErrorCode } from './errors.js';
import { limitsSchema } from './settings.js';

/** Answers of the server: they type its code and describe it in `/openapi.json`. */

export const errorSchema = z.strictObject({
  error: z.strictObject({
    code: z.enum(errorCodes).describe('For programs'),
    message: z.string().describe('A sentence for people: what is wrong, and what to do'),
  }),
});
/** The body of an answer that is an error. */
export type ErrorAnswer = z.infer<typeof errorSchema>;

export const errorAnswer = (code: ErrorCode, message: string): ErrorAnswer => ({ error: { code, message } });

const scoreSchema = z.strictObject({
  label: z.string().describe('A class'),
  probability: z.number().min(0).max(1),
});

const input = z.string().describe('Which input this is: the name of its file, or its place in the body');

/** The answer to one input: its classes, or why it cannot be read. */
const predictionSchema = z.union([
  z.strictObject({
    input,
    labels: z.array(scoreSchema).readonly().describe('The classes, most probable first'),
  }),
  z.strictObject({ input, ...errorSchema.shape }),
]);
export type Prediction = z.infer<typeof predictionSchema>;

export const predictionsSchema = z.strictObject({
  predictions: z.array(predictionSchema).describe('One an input, in their order'),
});

export const modelSchema = z.strictObject({
  modality: modalitySchema.describe('What it classifies'),
  labels: z.array(z.string()).readonly().describe('Its classes'),
  accepts: z.array(z.string()).readonly().describe('The content types of what POST /v1/predict takes'),
  source: z.strictObject({
    backbone: z.string().describe('The pre-trained network that it was made of'),
    licence: licenceSchema.describe('Of that network; an SPDX identifier or `unknown`'),
    freezeDepth: z.int().describe('How many of its stages stayed as they were'),
    seed: z.int().describe('That the study began with'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('Of the file of the model'),
  }),
  limits: limitsSchema,
});

export const healthSchema = z.strictObject({ status: z.literal('alive') });
export const readinessSchema = z.strictObject({ status: z.enum(['warming', 'ready', 'stopping']) });
