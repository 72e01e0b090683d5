import { stat } from 'node:fs/promises';
import { modelStanding, pinnedReference } from '@espalier/plugin-hf-hub';
import { prepareBackbone } from '@espalier/runner';
import type { Backbone, Licence, Modality } from '@espalier/transfer';
import { findBackbone, type FindOptions } from './backbones.js';

/** The result of inspecting a backbone. */
export interface BackboneFacts {
  readonly family: string;
  readonly modality: Modality;
  readonly licence: Licence;
  /** The commit and file of a reference to a hub; null for a path. */
  readonly pinned: string | null;
  /** Size of its network in bytes; null where the hub does not state it. */
  readonly bytes: number | null;
  /** Facts of the network; null until it is downloaded. */
  readonly network: NetworkFacts | null;
}

/** Facts that are known only after loading a network. */
export interface NetworkFacts {
  /** Number of trainable scalars. */
  readonly parameters: number;
  readonly stages: number;
  /** Number of features per example. */
  readonly width: number;
  readonly freezeDepths: readonly number[];
  /** Notes for people on the way it is read. */
  readonly notes: readonly string[];
}

export interface InspectOptions extends Pick<FindOptions, 'paths' | 'contained'> {
  /** Folder of a backbone's downloads. */
  readonly cacheFolder: string;
}

/**
 * Finds and inspects a backbone. A network of a hub is loaded if it is on this machine already,
 * and not downloaded otherwise.
 *
 * @throws SdkError, BackboneError, OnnxError or StudyError saying why it cannot be used
 */
export async function inspectBackbone(
  reference: string,
  { cacheFolder, ...find }: InspectOptions,
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

/** Size of a network and of the weights beside it. */
async function sizeOf(path: string): Promise<number> {
  const sizes = await Promise.all(
    [path, `${path}.data`, `${path}_data`].map((one) => stat(one).catch(() => null)),
  );
  return sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0);
}
