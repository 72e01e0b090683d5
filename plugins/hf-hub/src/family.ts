import { BackboneError, type Features, type Licence, type Modality } from '@espalier/transfer';
import type { z } from 'zod';
import type { ModelConfig, processorSchema } from './config.js';
import { parseReference } from './reference.js';

/** Contents of a `preprocessor_config.json`. */
export type Processor = z.input<typeof processorSchema>;

/** Facts of a family of networks that the files of its checkpoints do not state. */
export interface Family {
  /** The name that `--backbone` takes. */
  readonly id: string;
  /** As reports call it. */
  readonly family: string;
  readonly modality: Modality;
  /** Values of `model_type` in the `config.json` of its checkpoints. */
  readonly modelTypes: readonly string[];
  readonly citation: string;
  /** Features for the head, and their pooling. */
  readonly features: Features;
  /** Names of cut tensors, input side first, where those found in the graph are not good enough. */
  readonly stages?: readonly string[];
  /** Preprocessing of its checkpoints that come without a `preprocessor_config.json`. */
  readonly processor?: Processor;
  /** Instructions for exporting a repository of the hub to ONNX, if optimum does not support it. */
  readonly exportWith?: (repository: string) => string;
  /** Default checkpoint of its plain name. */
  readonly checkpoint: FamilyCheckpoint;
}

export interface FamilyCheckpoint {
  /** `hf:owner/name@revision#file`, the revision a commit where it is known. */
  readonly reference: string;
  /** Known licence of the weights, if the model card of this copy states none. */
  readonly licence: Licence;
}

/** @throws BackboneError where the default checkpoint is no reference to the hub */
export function defineFamily(family: Family): Family {
  parseReference(family.checkpoint.reference);
  return family;
}

/** The family that a checkpoint says it is of. */
export const familyOf = (families: readonly Family[], { model_type }: ModelConfig): Family | undefined =>
  families.find(({ modelTypes }) => modelTypes.includes(model_type ?? ''));

/**
 * @param place of the checkpoint, as it was given
 * @throws BackboneError where it says that it is something else
 */
export function requireMember(family: Family, place: string, { model_type }: ModelConfig): void {
  if (model_type === undefined || family.modelTypes.includes(model_type)) return;
  const known = family.modelTypes.join(', ') || 'models without a model_type';
  throw new BackboneError(
    `${place} has the model_type ${model_type}, but ${family.id} takes ${known}; give it without '${family.id}='`,
  );
}

/**
 * The preprocessing of torchvision's ImageNet networks: the short side to `resize`, the centre of `size`.
 *
 * @param resample Pillow's number of the filter: 2 is bilinear, 3 bicubic
 */
export const torchvisionProcessor = (size: number, resize: number, resample: 2 | 3 = 2): Processor => ({
  size: { shortest_edge: resize },
  crop_size: { height: size, width: size },
  do_center_crop: true,
  resample,
  image_mean: [0.485, 0.456, 0.406],
  image_std: [0.229, 0.224, 0.225],
});
