import { stat } from 'node:fs/promises';
import { modelStanding, pinnedReference } from '@espalier/plugin-hf-hub';
import { prepareBackbone } from '@espalier/runner';
import type { Backbone, Licence, Modality } from '@espalier/transfer';
import { findBackbone, type FindOptions } from './backbones.js';

/** What looking at a backbone shows. */
export interface BackboneFacts {
  readonly family: string;
  readonly modality: Modality;
  readonly licence: Licence;
  /** The commit and file that a reference to a hub means; null for a path. */
  readonly pinned: string | null;
  /** Of its network, in bytes; null where a hub does not tell. */
  readonly bytes: number | null;
  /** Of the network; null where it has to be fetched first. */
  readonly network: NetworkFacts | null;
}

/** What only loading a network tells. */
export interface NetworkFacts {
  /** Trainable scalars. */
  readonly parameters: number;
  readonly stages: number;
  /** Numbers an example. */
  readonly width: number;
  readonly freezeDepths: readonly number[];
  /** What people should know of how it is read. */
  readonly notes: readonly string[];
}

export interface LookOptions extends Pick<FindOptions, 'paths' | 'contained'> {
  /** Where a backbone keeps what it fetches. */
  readonly cacheFolder: string;
}

/**
 * Finds a backbone and says what it is. A network of a hub is loaded where it is on this machine already,
 * and not fetched otherwise.
 *
 * @throws SdkError, BackboneError, OnnxError or StudyError with a sentence that says why it cannot be used
 */
export async function lookAtBackbone(
  reference: string,
  { cacheFolder, ...find }: LookOptions,
): Promise<BackboneFacts> {
  const backbone = await findBackbone(reference, find);
  const { family, modality, licence } = backbone;
  const known = { family, modality, licence };
  const pinned = pinnedReference(backbone);
  if (pinned !== null) {
    const { there, bytes } = await modelStanding(pinned);
    return { ...known, pinned, bytes, network: there ? await networkOf(backbone, cacheFolder) : null };
  }
  const bytes = backbone.source.kind === 'file' ? await sizeOf(backbone.source.path) : null;
  return { ...known, pinned, bytes, network: await networkOf(backbone, cacheFolder) };
}

async function networkOf(backbone: Backbone, cacheFolder: string): Promise<NetworkFacts> {
  const { parameterCount, stages, width, freezeDepths, loaded } = await prepareBackbone(
    backbone,
    cacheFolder,
  );
  return {
    ...{ parameters: parameterCount, stages: stages.length, width, freezeDepths },
    notes: loaded.notes,
  };
}

/** Of a network with the weights beside it. */
async function sizeOf(path: string): Promise<number> {
  const sizes = await Promise.all(
    [path, `${path}.data`, `${path}_data`].map((one) => stat(one).catch(() => null)),
  );
  return sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0);
}
