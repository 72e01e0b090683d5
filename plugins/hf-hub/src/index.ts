import { dirname } from 'node:path';
import type { Backbone } from '@espalier/transfer';
import { backboneOf, readCheckpoint } from './backbone.js';
import { hubEnvironment, type HubEnvironment } from './environment.js';
import { familyOf, requireMember, type Family } from './family.js';
import { openFolder } from './folder.js';
import { licenceOf, type CardLicence } from './licence.js';
import { dataFilesOf, modelFile } from './model.js';
import { formatReference, isHubReference, parseReference } from './reference.js';
import { openRepository, type Progress, type Repository } from './repository.js';

export { hubEnvironment, type HubEnvironment } from './environment.js';
export { defineFamily, torchvisionProcessor, type Family, type FamilyCheckpoint } from './family.js';
export { isModelFolder } from './folder.js';
export { formatReference, isHubReference, parseReference, type HubReference } from './reference.js';

export interface HubOptions {
  /** Families whose knowledge is used for the checkpoints that say they are theirs. */
  readonly families?: readonly Family[];
  readonly environment?: HubEnvironment;
  readonly onProgress?: Progress;
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
  return whoever(await openModel(text, options), options);
}

/**
 * A backbone from a folder that is laid out as a model of the hub is, with an ONNX file: what
 * `optimum-cli export onnx` writes.
 */
export async function hfFolder(
  folder: string,
  options: Pick<HubOptions, 'families'> = {},
): Promise<Backbone> {
  return whoever(await openModel(folder, options), options);
}

/**
 * A backbone of a family: its default checkpoint, or another one.
 *
 * @param reference `hf:owner/name` or a folder, of a checkpoint that is used as the family's are
 * @throws BackboneError with a sentence that says what to do
 */
export async function openFamily(
  family: Family,
  reference?: string,
  options: Omit<HubOptions, 'families'> = {},
): Promise<Backbone> {
  const { checkpoint } = family;
  const place = reference ?? checkpoint.reference;
  const { repository, model } = await openModel(place, options, checkpoint.exportWith);
  const found = await readCheckpoint(repository, model);
  requireMember(family, repository.name, found.config);
  const isDefault = repository.name === parseReference(checkpoint.reference).repository;
  const stated = await licenceOf(repository);
  const licence = isDefault ? withDefault(stated, family) : stated;
  return backboneOf(found, family, licence, isDefault ? family.id : undefined);
}

/** What is known of a network's weights counts where the card of this copy of them says nothing. */
function withDefault(stated: CardLicence, { checkpoint: { licence } }: Family): CardLicence {
  if (stated.licence.spdx !== 'unknown') return stated;
  return { licence, note: `its licence, ${licence.spdx}, is that of the published network; ${stated.note}` };
}

interface Model {
  readonly repository: Repository;
  /** Path of its ONNX file. */
  readonly model: string;
}

async function openModel(place: string, options: HubOptions, exportWith?: string): Promise<Model> {
  if (!isHubReference(place)) {
    const repository = await openFolder(place);
    const reference = { repository: repository.name, revision: 'main', file: null };
    return { repository, model: await modelFile(repository, reference, exportWith) };
  }
  const reference = parseReference(place);
  const environment = options.environment ?? hubEnvironment();
  const repository = await openRepository(reference, environment, options.onProgress);
  return { repository, model: await modelFile(repository, reference, exportWith) };
}

/** The backbone of a checkpoint that itself says what it is. */
async function whoever({ repository, model }: Model, { families = [] }: HubOptions): Promise<Backbone> {
  const found = await readCheckpoint(repository, model);
  return backboneOf(found, familyOf(families, found.config), await licenceOf(repository));
}

/** The reference that means the same commit and file for ever. */
export function pinnedReference({ source }: Pick<Backbone, 'source'>): string | null {
  if (source.kind !== 'hub') return null;
  return formatReference({ repository: source.repository, revision: source.revision, file: source.file });
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
  const { repository, model } = await openModel(text, options);
  for (const path of [model, ...dataFilesOf(repository, model), ...pipelineFiles]) {
    if (await repository.has(path)) await repository.fetch(path);
  }
  const fetched = await repository.fetch(model);
  return model.startsWith('onnx/') ? dirname(dirname(fetched)) : dirname(fetched);
}
