import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { audioYamnet, isYamnet } from '@espalier/plugin-audio-yamnet';
import {
  cachedModel,
  hfFolder,
  hfHub,
  hubFolder,
  isHubReference,
  isModelFolder,
  openFamily,
  pinnedReference,
} from '@espalier/plugin-hf-hub';
import { onnxFile } from '@espalier/plugin-onnx-file';
import { tryNetwork } from '@espalier/runner';
import { defineBackbone, type Backbone, type Licence, type Modality } from '@espalier/transfer';
import { folderOf, requireContained } from './contained.js';
import { embedded } from './embedded.js';
import { SdkError } from '../errors.js';
import { allFamilies, families, parseFamily } from './families.js';
import { describedPlugins, installedPlugins } from './plugins.js';

/** The default backbone of each modality, bundled with Espalier. */
export const defaultBackbones: Readonly<Record<Modality, string>> = {
  image: 'vision-mini',
  text: 'text-mini',
  audio: 'audio-mini',
};

/** Notes on the limits of bundled backbones. */
export const smallBackbones: Readonly<Record<string, string>> = {
  'text-mini':
    'text-mini is a small network for offline use; for better results, choose a network of the Hugging Face hub: --backbone text-bert.',
  'vision-mini':
    'vision-mini is a small network that was not pre-trained on photographs; for better results, choose one of the hub, --backbone vision-resnet, or an ONNX file.',
  'audio-mini':
    'audio-mini is a small network that was not pre-trained on recordings; for better results, choose one of the hub, --backbone audio-wav2vec2, or YAMNet.',
};

/** Called with the progress of a download: the file's path in its repository, and bytes. */
export type TransferListener = (path: string, done: number, total: number) => void;

export interface FetchOptions {
  readonly onTransfer?: TransferListener | undefined;
}

export interface FindOptions extends FetchOptions {
  /**
   * Accepted paths: any, relative to the user's folder, or only `absolute` ones, in a process whose
   * folder the user did not choose. There, a name without a slash is always a backbone's name.
   */
  readonly paths?: 'any' | 'absolute';
  /**
   * Whether the path is untrusted: its network must then lie in the given folder, or in the folder of
   * the given file, regardless of descriptions and links.
   */
  readonly contained?: boolean;
}

/**
 * Finds the backbone of a reference without loading it. A backbone's name takes precedence over a folder of that name.
 *
 * @param reference a name of `listBackbones`, `family=checkpoint`, `hf:owner/name`, an ONNX file or a folder
 * @throws SdkError where there is no such backbone; BackboneError where it cannot be described
 */
export async function findBackbone(
  reference: string,
  { onTransfer, paths = 'any', contained = false }: FindOptions = {},
): Promise<Backbone> {
  const known = Object.hasOwn(embedded, reference) ? embedded[reference] : undefined;
  if (known !== undefined) return known();
  const plugins = await installedPlugins();
  const brought = plugins.backbone(reference);
  if (brought !== null) return brought;
  const progress = onTransfer && { onProgress: onTransfer };
  const named = parseFamily(reference);
  const place = named === null ? reference : named.checkpoint;
  if (paths === 'absolute' && place !== undefined && !isHubReference(place) && !isAbsolute(place))
    throw unknown(reference, paths, await backboneNames());
  const within = contained && place !== undefined && !isHubReference(place) ? await folderOf(place) : null;
  const stranger = (backbone: Backbone): Promise<Backbone> => requireContained(tried(backbone), within);
  if (named !== null) return stranger(await openFamily(named.family, named.checkpoint, { ...progress }));
  if (isHubReference(reference))
    return stranger(await hfHub(reference, { families: allFamilies(), ...progress }));
  if (isModelFolder(reference)) return stranger(await hfFolder(reference, { families: allFamilies() }));
  if (existsSync(reference))
    return stranger(await ((await isYamnet(reference)) ? audioYamnet(reference) : onnxFile(reference)));
  throw unknown(reference, paths, await backboneNames());
}

/** Lists every name of a backbone, without running plugins. */
export const backboneNames = async (): Promise<readonly string[]> => [
  ...Object.keys(embedded),
  ...families.known(),
  ...(await installedPlugins()).backboneIds,
];

/** Opens an untrusted network, which runs in a process with limits before it runs here. */
const tried = (backbone: Backbone): Backbone => ({
  ...backbone,
  load: async (options) => {
    const loaded = await defineBackbone(backbone).load(options);
    await tryNetwork(backbone.id, loaded, { cacheFolder: options.cacheFolder });
    return loaded;
  },
});

function unknown(reference: string, paths: 'any' | 'absolute', names: readonly string[]): SdkError {
  const path = paths === 'absolute' ? 'absolute path' : 'path';
  return new SdkError(
    `there is no backbone '${reference}': give one of ${names.join(', ')}, the ${path} of an ONNX file or its folder, or hf:owner/name of the Hugging Face hub`,
  );
}

/**
 * Converts a reference into one that is valid in any folder and at any time: an absolute path, or a commit of the hub.
 *
 * @param backbone the backbone of the reference
 */
export async function lastingReference(reference: string, backbone: Backbone): Promise<string> {
  const { backboneIds } = await installedPlugins();
  if (Object.hasOwn(embedded, reference) || backboneIds.includes(reference)) return reference;
  const named = parseFamily(reference);
  const place = pinnedReference(backbone) ?? resolve(named?.checkpoint ?? reference);
  return named === null ? place : `${named.family.id}=${place}`;
}

/** Whether the network of a resolved backbone is on this machine, so that it needs no download. */
export async function isOnThisMachine(reference: string): Promise<boolean> {
  const place = parseFamily(reference)?.checkpoint ?? reference;
  return isHubReference(place) ? (await cachedModel(place)).there : existsSync(place);
}

/** Finds the folder of a model for a pipeline on this machine, or downloads it from the hub. */
export const modelFolder = async (reference: string, { onTransfer }: FetchOptions = {}): Promise<string> =>
  isHubReference(reference)
    ? hubFolder(reference, { ...(onTransfer && { onProgress: onTransfer }) })
    : reference;

/** A backbone with the facts that are known before it is loaded. */
export interface BackboneEntry {
  /** The name that `backbones` takes. */
  readonly id: string;
  readonly family: string;
  readonly modality: Modality;
  /** Whether it is bundled with Espalier, so that it needs no download. */
  readonly embedded: boolean;
  /** Checkpoint on the hub, as `hf:owner/name@commit#file`; null if bundled. */
  readonly checkpoint: string | null;
  /** Licence; for a checkpoint, that of the published weights if the hub's copy states none. */
  readonly licence: Licence;
  /** Number of trainable scalars; null if unknown until loading. */
  readonly parameters: number | null;
  /** Whether its network is on this machine, so that it needs no download. */
  readonly there: boolean;
  /** Size of its file; null if only a hub knows it. */
  readonly bytes: number | null;
}

/**
 * Lists every backbone that has a name, without loading or downloading. A plugin's backbone that cannot be described
 * is left out and reported to `onPluginNote`.
 */
export async function listBackbones(): Promise<readonly BackboneEntry[]> {
  const along = await Promise.all(Object.values(embedded).map((open) => open()));
  const brought = await describedPlugins();
  return [
    ...along.map(({ id, family, modality, licence, parameters }) => ({
      ...{ id, family, modality, licence, parameters, bytes: null },
      embedded: true,
      there: true,
      checkpoint: null,
    })),
    ...brought.map(({ id, family, modality, licence, parameters }) => ({
      ...{ id, family, modality, licence, parameters, bytes: null },
      embedded: false,
      there: true,
      checkpoint: null,
    })),
    ...(await Promise.all(
      allFamilies().map(async ({ id, family, modality, checkpoint: { reference, licence } }) => ({
        ...{ id, family, modality, licence },
        ...(await cachedModel(reference)),
        embedded: false,
        checkpoint: reference,
        parameters: null,
      })),
    )),
  ];
}
