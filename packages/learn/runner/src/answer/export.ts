import {
  headNames,
  mergeAdapters,
  replaceHead,
  withWeights,
  type HeadDecoding,
  type HeadWeights,
  type Model,
  type Tensor,
} from '@espalier/onnx';
import { licenceSchema, preprocessingSchema } from '@espalier/transfer';
import type { StudyRequest } from '@espalier/study';
import { tasks } from '@espalier/tasks';
import { z } from 'zod';
import type { PreparedBackbone } from '../backbone/backbone.js';
import { backboneOfWeights, trainedWeights } from '../training/start.js';
import type { Weights } from '../training/checkpoint.js';
import { StudyError } from '../errors.js';

/** What a finished model says of itself, in its metadata under {@link METADATA_KEY}. */
export const modelCardSchema = z.strictObject({
  version: z.literal(1),
  labels: z.array(z.string()).min(2),
  preprocessing: preprocessingSchema,
  backbone: z.string(),
  licence: licenceSchema,
  freezeDepth: z.number().int().nonnegative(),
  seed: z.number().int(),
  /** Absent for classification. */
  task: z.string().optional(),
});
export type EmbeddedCard = z.infer<typeof modelCardSchema>;

export const METADATA_KEY = 'espalier';

/**
 * The whole network for any batch size: the backbone with the trained weights written back, and the
 * new head. Its outputs are `logits` and `probabilities`, both [batch, classes].
 */
export function assembleModel(prepared: PreparedBackbone, weights: Weights, card: EmbeddedCard): Model {
  const { model: whole, features, width } = backboneOfWeights(prepared, weights);
  const body = mergeAdapters(whole, trainedWeights(weights));
  const head: HeadWeights = {
    weight: weights.get(headNames.weight) as Tensor,
    bias: weights.get(headNames.bias) as Tensor,
  };
  body.delete(headNames.weight);
  body.delete(headNames.bias);
  const trained = withWeights(whole, body);
  const ended = replaceHead(trained, features, [1, width], 'none', head, decodingOf(card));
  return { ...ended, metadata: embeddedCard(card) };
}

/** How the head's outputs become probabilities; a softmax where the task says nothing else. */
function decodingOf({ task, labels }: EmbeddedCard): HeadDecoding | undefined {
  const decoding = task === undefined ? null : tasks.get(task).decoding;
  if (decoding === null) return undefined;
  const { logits, probabilities } = headNames;
  return { labels: labels.length, ...decoding(logits, probabilities, { names: labels, weights: null }) };
}

/** The card's part that says what was asked; absent for classification, as earlier versions read it. */
export const taskOfCard = ({ task }: Pick<StudyRequest, 'task'>): Pick<EmbeddedCard, 'task'> =>
  task === 'classification' ? {} : { task };

/** The metadata of a model that says what it is. */
export const embeddedCard = (card: EmbeddedCard): Readonly<Record<string, string>> => ({
  [METADATA_KEY]: JSON.stringify(card),
  labels: JSON.stringify(card.labels),
});

/** @throws StudyError where a model was not made by Espalier */
export function cardOf(model: Model, where: string): EmbeddedCard {
  const text = model.metadata[METADATA_KEY];
  if (text === undefined) {
    throw new StudyError(`${where} was not made by Espalier: it does not carry its labels and preprocessing`);
  }
  try {
    return modelCardSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StudyError(`${where} carries a description that this version cannot read`, { cause });
  }
}
