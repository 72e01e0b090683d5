import {
  defineBackbone,
  type Backbone,
  type LoadContext,
  type LoadedBackbone,
  type Modality,
  type Source,
} from '@espalier/transfer';
import {
  configSchema,
  processorSchema,
  readConfig,
  type ModelConfig,
  type ProcessorConfig,
} from './config.js';
import type { Family } from './family.js';
import type { CardLicence } from './licence.js';
import { modalityFiles, modalityOf } from './modalities.js';
import { dataFilesOf } from './model.js';
import type { Repository } from './repository.js';

/** Description of a repository. */
export interface Described {
  readonly repository: Repository;
  readonly config: ModelConfig;
  /** Null where it comes without one. */
  readonly processor: ProcessorConfig | null;
}

/** A repository, and which of its files is the network. */
export interface Checkpoint extends Described {
  readonly model: string;
}

export const describe = async (repository: Repository): Promise<Described> => ({
  repository,
  config: (await readConfig(repository, 'config.json', configSchema)) ?? {},
  processor: await readConfig(repository, 'preprocessor_config.json', processorSchema),
});

/**
 * @param family what is known of its family, where it has one
 * @param id the repository's name where there is no other
 */
export async function backboneOf(
  checkpoint: Checkpoint,
  family: Family | undefined,
  { licence, note }: CardLicence,
  id = idOf(checkpoint.repository.name),
): Promise<Backbone> {
  const modality = family?.modality ?? modalityOf(checkpoint.processor);
  return defineBackbone({
    id,
    family: family?.family ?? checkpoint.config.model_type ?? 'hf-hub',
    modality,
    parameters: null,
    licence,
    source: await sourceOf(checkpoint),
    ...(family !== undefined && { citation: family.citation }),
    load: (context) => load({ ...checkpoint, modality, family }, context, note === undefined ? [] : [note]),
  });
}

/** A folder may have any name. */
const idOf = (name: string): string =>
  name.replace(/[^a-z0-9._:/@-]+/gi, '-').replace(/^[^a-z0-9]+/i, '') || 'backbone';

async function sourceOf({ repository, model }: Checkpoint): Promise<Source> {
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

interface Loadable extends Checkpoint {
  readonly modality: Modality;
  readonly family: Family | undefined;
}

async function load(
  loadable: Loadable,
  { inspectInputs }: LoadContext,
  notes: readonly string[],
): Promise<LoadedBackbone> {
  const { repository, model, config, modality, family } = loadable;
  for (const path of dataFilesOf(repository, model)) await repository.fetch(path);
  const modelPath = await repository.fetch(model);
  const files = modalityFiles[modality];
  const assets = await files.assets(repository);
  const preprocessing = await files.preprocessing(loadable, assets, await inspectInputs(modelPath));
  const pooling = files.pooling(config);
  return {
    modelPath,
    preprocessing,
    assets,
    features: family?.features ?? { pooling },
    ...(family?.stages !== undefined && { stages: family.stages }),
    notes: [...notes, ...assumedNotes(loadable)],
  };
}

const assumedNotes = ({ processor, modality }: Loadable): string[] =>
  processor === null && modalityFiles[modality].hasProcessor
    ? ['it has no preprocessor_config.json; the usual preprocessing of its family is assumed']
    : [];
