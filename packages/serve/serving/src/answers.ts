import { licenceSchema, modalitySchema } from '@espalier/transfer';
import { z } from 'zod';
import { errorCodes, type ErrorCode } from './errors.js';
import { limitsSchema } from './settings.js';

/** Answers of the server: they type its code and describe it in `/openapi.json`. */

export const errorSchema = z.strictObject({
  error: z.strictObject({
    code: z.enum(errorCodes).describe('A code for programs'),
    message: z.string().describe('A sentence for people that says what is wrong and what to do'),
  }),
});
/** The body of an answer that is an error. */
export type ErrorAnswer = z.infer<typeof errorSchema>;

export const errorAnswer = (code: ErrorCode, message: string): ErrorAnswer => ({ error: { code, message } });

const scoreSchema = z.strictObject({
  label: z.string().describe('A class'),
  probability: z.number().min(0).max(1),
});

const input = z.string().describe('The input: its file name, or its position in the body');

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
  predictions: z.array(predictionSchema).describe('One prediction per input, in the order of the inputs'),
});

export const modelSchema = z.strictObject({
  modality: modalitySchema.describe('The kind of input that the model classifies'),
  labels: z.array(z.string()).readonly().describe('Its classes'),
  accepts: z.array(z.string()).readonly().describe('The content types that POST /v1/predict takes'),
  source: z.strictObject({
    backbone: z.string().describe('The pre-trained network that the model was trained from'),
    licence: licenceSchema.describe('The licence of that network; an SPDX identifier or `unknown`'),
    freezeDepth: z.int().describe('The number of its stages that were frozen'),
    seed: z.int().describe('The seed of the study'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('The SHA-256 digest of the model file'),
  }),
  limits: limitsSchema,
});

export const healthSchema = z.strictObject({ status: z.literal('alive') });
export const readinessSchema = z.strictObject({ status: z.enum(['warming', 'ready', 'stopping']) });
