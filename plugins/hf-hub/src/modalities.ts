import {
  BackboneError,
  type Features,
  type LoadContext,
  type Modality,
  type Preprocessing,
} from '@espalier/transfer';
import { audioPreprocessing } from './audio.js';
import { processorSchema, type ModelConfig, type ProcessorConfig } from './config.js';
import type { Family } from './family.js';
import { imagePreprocessing } from './image.js';
import type { Repository } from './repository.js';
import { fetchTokenizer, textPooling, textPreprocessing } from './text.js';

type Inputs = Awaited<ReturnType<LoadContext['inspectInputs']>>;
type Assets = Readonly<Record<string, string>>;

/** Inputs of a checkpoint's preprocessing. */
export interface Prepared {
  readonly repository: Repository;
  readonly config: ModelConfig;
  readonly processor: ProcessorConfig | null;
  readonly family: Family | undefined;
}

/** Files of a modality's checkpoints, and their readers. */
interface ModalityFiles {
  /** Whether a `preprocessor_config.json` says how examples become inputs. */
  readonly hasProcessor: boolean;
  assets(repository: Repository): Promise<Assets>;
  pooling(config: ModelConfig): Features['pooling'];
  preprocessing(prepared: Prepared, assets: Assets, inputs: Inputs): Preprocessing | Promise<Preprocessing>;
}

const ofProcessor = (
  preprocessing: (
    settings: ProcessorConfig,
    repository: Repository,
    inputs: Inputs,
  ) => Preprocessing | Promise<Preprocessing>,
): ModalityFiles => ({
  hasProcessor: true,
  assets: () => Promise.resolve({}),
  pooling: () => 'mean',
  preprocessing: (prepared, _, inputs) => preprocessing(settingsOf(prepared), prepared.repository, inputs),
});

export const modalityFiles: Readonly<Record<Modality, ModalityFiles>> = {
  image: ofProcessor((settings, _, inputs) => imagePreprocessing(settings, inputs)),
  audio: ofProcessor((settings, { name }) => audioPreprocessing(name, settings)),
  text: {
    hasProcessor: false,
    assets: fetchTokenizer,
    pooling: textPooling,
    preprocessing: ({ repository, config }, assets, inputs) =>
      textPreprocessing(repository, config, assets, inputs),
  },
};

/** @throws BackboneError where neither the files nor the family say how examples are prepared */
function settingsOf({ repository, processor, family }: Prepared): ProcessorConfig {
  const usual = family?.processor;
  const settings = processor ?? (usual === undefined ? null : processorSchema.parse(usual));
  if (settings !== null) return settings;
  throw new BackboneError(
    `${repository.name} has no preprocessor_config.json, so its preprocessing is unknown; add the file that it was trained with`,
  );
}

/** The modality of a checkpoint of no known family: texts have no `preprocessor_config.json`. */
export function modalityOf(processor: ProcessorConfig | null): Modality {
  if (processor === null) return 'text';
  const { feature_extractor_type: extractor = '', image_processor_type, image_mean } = processor;
  const pictures =
    image_processor_type !== undefined ||
    image_mean !== undefined ||
    /ImageProcessor|(ViT|Image)FeatureExtractor/.test(extractor);
  return pictures ? 'image' : 'audio';
}
