import { dirname, resolve } from 'node:path';
import type { Backbone } from '@espalier/transfer';
import { backboneOf, describe, type Described } from './backbone.js';
import { hubEnvironment, type HubEnvironment } from './environment.js';
import { familyOf, requireMember, type Family } from './family.js';
import { openFolder } from './folder.js';
import { licenceOf, type CardLicence } from './licence.js';
import { dataFilesOf, modelFile } from './model.js';
import { formatReference, isHubReference, parseReference, type HubReference } from './reference.js';
import { openRepository, type Progress, type Repository } from './repository.js';

export { hubEnvironment, type HubEnvironment } from './environment.js';
export { defineFamily, torchvisionProcessor, type Family, type FamilyCheckpoint } from './family.js';
export { isModelFolder } from './folder.js';
export type { Standing } from './repository.js';
export { cachedModel, modelStanding } from './standing.js';
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
  parseReference(text);
  return open(text, options, ({ config }) => familyOf(options.families ?? [], config));
}

/**
 * A backbone from a folder that is laid out as a model of the hub is, with an ONNX file: what
 * `optimum-cli export onnx` writes.
 */
export async function hfFolder(
  folder: string,
  { families = [] }: Pick<HubOptions, 'families'> = {},
): Promise<Backbone> {
  return open(resolve(folder), {}, ({ config }) => familyOf(families, config));
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
  const place = reference ?? family.checkpoint.reference;
  return open(place, options, ({ config }) => {
    requireMember(family, place, config);
    return family;
  });
}

/** @param familyIn finds what is known of the family of a repository */
async function open(
  place: string,
  options: HubOptions,
  familyIn: (described: Described) => Family | undefined,
): Promise<Backbone> {
  const { repository, reference } = await openReference(place, options);
  const described = await describe(repository);
  const family = familyIn(described);
  const model = await modelFile(repository, reference, family?.exportWith?.(repository.name));
  const stated = await licenceOf(repository);
  const isDefault = family !== undefined && isDefaultOf(family, repository);
  return isDefault
    ? backboneOf({ ...described, model }, family, withDefault(stated, family), family.id)
    : backboneOf({ ...described, model }, family, stated);
}

const isDefaultOf = ({ checkpoint }: Family, { name, commit }: Repository): boolean =>
  commit !== null && name === parseReference(checkpoint.reference).repository;

/** Applies the known licence of a network's weights where the card of this copy states none. */
function withDefault(stated: CardLicence, { checkpoint: { licence } }: Family): CardLicence {
  if (stated.licence.spdx !== 'unknown') return stated;
  return {
    licence,
    note: `its licence, ${licence.spdx}, is the licence of the published weights; this copy states none`,
  };
}

interface OpenedReference {
  readonly repository: Repository;
  readonly reference: HubReference;
}

async function openReference(
  place: string,
  { environment, onProgress }: HubOptions,
): Promise<OpenedReference> {
  if (!isHubReference(place)) {
    const repository = await openFolder(place);
    return { repository, reference: { repository: repository.name, revision: 'main', file: null } };
  }
  const reference = parseReference(place);
  return {
    repository: await openRepository(reference, environment ?? hubEnvironment(), onProgress),
    reference,
  };
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
  parseReference(text);
  const { repository, reference } = await openReference(text, options);
  const model = await modelFile(repository, reference);
  for (const path of [model, ...dataFilesOf(repository, model), ...pipelineFiles]) {
    if (await repository.has(path)) await repository.fetch(path);
  }
  const fetched = await repository.fetch(model);
  return model.startsWith('onnx/') ? dirname(dirname(fetched)) : dirname(fetched);
}
