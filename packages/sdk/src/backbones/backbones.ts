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

/** The backbone of a search that names none: it comes with Espalier and needs no download. */
export const defaultBackbones: Readonly<Record<Modality, string>> = {
  image: 'vision-mini',
  text: 'text-mini',
  audio: 'audio-mini',
};

/** What people should know of a network that comes along, where it hardly helps. */
export const smallBackbones: Readonly<Record<string, string>> = {
  'text-mini':
    'text-mini is a small network for work without a connection; a network of the Hugging Face hub knows far more English: --backbone text-bert.',
  'vision-mini':
    'vision-mini is a small network that has seen no photograph; try one of the hub, --backbone vision-resnet, or an ONNX file.',
  'audio-mini':
    'audio-mini is a small network that has heard no recording; try one of the hub, --backbone audio-wav2vec2, or YAMNet.',
};

/** Told how far a download is: the file's path in its repository, and bytes. */
export type TransferListener = (path: string, done: number, total: number) => void;

export interface FetchOptions {
  readonly onTransfer?: TransferListener | undefined;
}

export interface FindOptions extends FetchOptions {
  /**
   * Which paths are taken: any, from the folder of who typed them, or `absolute` ones, in a process whose
   * folder nobody chose. There a name without a slash is a name, whatever lies in that folder.
   */
  readonly paths?: 'any' | 'absolute';
  /**
   * Whether a path is a stranger's: its network then has to lie in the folder that is given, or in that of
   * the file that is given, whatever a description or a link says.
   */
  readonly contained?: boolean;
}

/**
 * The backbone of a reference; nothing of it is loaded yet. A name comes before a folder that is called so.
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

/** Every name that a backbone can be asked for by. Nothing of a plugin is run for it. */
export const backboneNames = async (): Promise<readonly string[]> => [
  ...Object.keys(embedded),
  ...families.known(),
  ...(await installedPlugins()).backboneIds,
];

/** A stranger's network, which runs in a process with limits before it runs here. */
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
 * A reference that means the same from any folder and at any time: an absolute path, or a commit of the hub.
 *
 * @param backbone what the reference was found to be
 */
export async function lastingReference(reference: string, backbone: Backbone): Promise<string> {
  const { backboneIds } = await installedPlugins();
  if (Object.hasOwn(embedded, reference) || backboneIds.includes(reference)) return reference;
  const named = parseFamily(reference);
  const place = pinnedReference(backbone) ?? resolve(named?.checkpoint ?? reference);
  return named === null ? place : `${named.family.id}=${place}`;
}

/** Whether the network of a backbone that was named before is on this machine, and needs no download. */
export async function isOnThisMachine(reference: string): Promise<boolean> {
  const place = parseFamily(reference)?.checkpoint ?? reference;
  return isHubReference(place) ? (await cachedModel(place)).there : existsSync(place);
}

/** The folder of a model for a pipeline: one on this machine, or fetched from the hub. */
export const modelFolder = async (reference: string, { onTransfer }: FetchOptions = {}): Promise<string> =>
  isHubReference(reference)
    ? hubFolder(reference, { ...(onTransfer && { onProgress: onTransfer }) })
    : reference;

/** A backbone that can be named, and what is known of it before it is loaded. */
export interface BackboneEntry {
  /** The name that `backbones` takes. */
  readonly id: string;
  readonly family: string;
  readonly modality: Modality;
  /** Whether it comes with Espalier and needs no download. */
  readonly embedded: boolean;
  /** What the name stands for on the hub, as `hf:owner/name@commit#file`; null where it comes along. */
  readonly checkpoint: string | null;
  /** Of a checkpoint: that of the published weights, which counts where the hub's copy states none. */
  readonly licence: Licence;
  /** Trainable scalars; null where only loading can tell. */
  readonly parameters: number | null;
  /** Whether its network is on this machine, and needs no download any more. */
  readonly there: boolean;
  /** Of its file; null where only a hub can tell. */
  readonly bytes: number | null;
}

/**
 * Every backbone that has a name; nothing is loaded or fetched. One of a plugin that cannot be described
 * is left out, which `onPluginNote` tells.
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
