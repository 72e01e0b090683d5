import { dirname } from 'node:path';
import {
  defineBackbone,
  type Backbone,
  type Features,
  type LoadContext,
  type LoadedBackbone,
  type Modality,
  type Preprocessing,
  type Source,
} from '@espalier/transfer';
import { audioPreprocessing } from './audio.js';
import {
  configSchema,
  processorSchema,
  readConfig,
  type ModelConfig,
  type ProcessorConfig,
} from './config.js';
import { hubEnvironment, type HubEnvironment } from './environment.js';
import { openFolder } from './folder.js';
import { imagePreprocessing } from './image.js';
import { licenceOf } from './licence.js';
import { dataFilesOf, modelFile } from './model.js';
import { formatReference, parseReference } from './reference.js';
import { openRepository, type Progress, type Repository } from './repository.js';
import { fetchTokenizer, textPooling, textPreprocessing } from './text.js';

export { hubEnvironment, type HubEnvironment } from './environment.js';
export { isModelFolder } from './folder.js';
export { formatReference, isHubReference, parseReference, type HubReference } from './reference.js';

/** What a family knows better than a repository's files say. */
export interface HubOptions {
  readonly id?: string;
  readonly family?: string;
  readonly citation?: string;
  readonly features?: Partial<Features>;
  readonly stages?: readonly string[];
  /** Most tokens of a text, or samples of a recording. */
  readonly length?: number;
  readonly environment?: HubEnvironment;
  readonly onProgress?: Progress;
}

interface Found {
  readonly repository: Repository;
  readonly model: string;
  readonly config: ModelConfig;
  readonly processor: ProcessorConfig | null;
  readonly modality: Modality;
}

/**
 * A backbone from the Hugging Face hub that has an ONNX file.
 *
 * Asks the hub at once which commit the revision is and what is in it, and keeps to that commit; the
 * model itself is fetched when the backbone is loaded.
 *
 * @param text `hf:owner/name`, with `@revision` and `#file` where they are not left to be found
 * @throws BackboneError with a sentence that says what to do
 */
export async function hfHub(text: string, options: HubOptions = {}): Promise<Backbone> {
  const reference = parseReference(text);
  const environment = options.environment ?? hubEnvironment();
  const repository = await openRepository(reference, environment, options.onProgress);
  return backboneOf(repository, await modelFile(repository, reference), options);
}

/**
 * A backbone from a folder that is laid out as a model of the hub is, with an ONNX file: what
 * `optimum-cli export onnx` writes.
 */
export async function hfFolder(folder: string, options: HubOptions = {}): Promise<Backbone> {
  const repository = await openFolder(folder);
  const reference = { repository: repository.name, revision: 'main', file: null };
  return backboneOf(repository, await modelFile(repository, reference), options);
}

async function backboneOf(repository: Repository, model: string, options: HubOptions): Promise<Backbone> {
  const config = (await readConfig(repository, 'config.json', configSchema)) ?? {};
  const processor = await readConfig(repository, 'preprocessor_config.json', processorSchema);
  const found = { repository, model, config, processor, modality: modalityOf(processor) };
  const { licence, note } = await licenceOf(repository);
  return defineBackbone({
    id: options.id ?? repository.name.replace(/^[^a-z0-9]+/i, ''),
    family: options.family ?? config.model_type ?? 'hf-hub',
    modality: found.modality,
    parameters: null,
    licence,
    source: await sourceOf(repository, model),
    ...(options.citation !== undefined && { citation: options.citation }),
    load: (context) => load(found, context, options, note === undefined ? [] : [note]),
  });
}

async function sourceOf(repository: Repository, model: string): Promise<Source> {
  const { name, commit } = repository;
  if (commit === null) return { kind: 'file', path: await repository.fetch(model) };
  const sha256 = repository.sha256(model);
  return {
    kind: 'hub',
    hub: 'huggingface',
    repository: name,
    revision: commit,
    file: model,
    ...(sha256 !== undefined && { sha256 }),
  };
}

/** The reference that means the same commit and file for ever. */
export function pinnedReference({ source }: Pick<Backbone, 'source'>): string | null {
  if (source.kind !== 'hub') return null;
  return formatReference({ repository: source.repository, revision: source.revision, file: source.file });
}

function modalityOf(processor: ProcessorConfig | null): Modality {
  if (processor === null) return 'text';
  const { feature_extractor_type: extractor = '', image_processor_type, image_mean } = processor;
  const pictures =
    image_processor_type !== undefined ||
    image_mean !== undefined ||
    /ImageProcessor|(ViT|Image)FeatureExtractor/.test(extractor);
  return pictures ? 'image' : 'audio';
}

async function load(
  found: Found,
  { inspectInputs }: LoadContext,
  options: HubOptions,
  notes: readonly string[],
): Promise<LoadedBackbone> {
  const { repository, model, config } = found;
  for (const path of dataFilesOf(repository, model)) await repository.fetch(path);
  const modelPath = await repository.fetch(model);
  const assets = found.modality === 'text' ? await fetchTokenizer(repository) : {};
  const inputs = await inspectInputs(modelPath);
  const preprocessing = await preprocessingOf(found, assets, inputs);
  const pooling = found.modality === 'text' ? textPooling(config) : 'mean';
  return {
    modelPath,
    preprocessing: shortened(preprocessing, options.length),
    assets,
    features: { pooling, ...options.features },
    ...(options.stages !== undefined && { stages: options.stages }),
    notes,
  };
}

function preprocessingOf(
  { repository, config, processor, modality }: Found,
  assets: Readonly<Record<string, string>>,
  inputs: Awaited<ReturnType<LoadContext['inspectInputs']>>,
): Promise<Preprocessing> | Preprocessing {
  if (modality === 'text') return textPreprocessing(repository, config, assets, inputs);
  const settings = processor ?? processorSchema.parse({});
  return modality === 'image'
    ? imagePreprocessing(settings, inputs)
    : audioPreprocessing(repository.name, settings);
}

function shortened(preprocessing: Preprocessing, length: number | undefined): Preprocessing {
  if (length === undefined || preprocessing.kind === 'image') return preprocessing;
  if (preprocessing.kind === 'audio') return { ...preprocessing, samples: length };
  return { ...preprocessing, maxLength: Math.min(preprocessing.maxLength, length) };
}

/** Files besides the model that a pipeline of transformers.js reads. */
const pipelineFiles = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'preprocessor_config.json',
  'special_tokens_map.json',
];

/**
 * Fetches what a pipeline reads of a model of the hub.
 *
 * @returns the folder it lies in on this machine
 */
export async function hubFolder(
  text: string,
  options: Pick<HubOptions, 'environment' | 'onProgress'> = {},
): Promise<string> {
  const reference = parseReference(text);
  const environment = options.environment ?? hubEnvironment();
  const repository = await openRepository(reference, environment, options.onProgress);
  const model = await modelFile(repository, reference);
  for (const path of [model, ...dataFilesOf(repository, model), ...pipelineFiles]) {
    if (await repository.has(path)) await repository.fetch(path);
  }
  const fetched = await repository.fetch(model);
  return model.startsWith('onnx/') ? dirname(dirname(fetched)) : dirname(fetched);
}
