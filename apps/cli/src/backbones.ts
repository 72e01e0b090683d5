import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { audioYamnet, isYamnet } from '@espalier/plugin-audio-yamnet';
import {
  hfFolder,
  hfHub,
  hubFolder,
  isHubReference,
  isModelFolder,
  openFamily,
  pinnedReference,
} from '@espalier/plugin-hf-hub';
import { onnxFile } from '@espalier/plugin-onnx-file';
import type { Backbone, Modality } from '@espalier/transfer';
import { UsageError } from './failure.js';
import { families, parseFamily } from './families.js';

/** Backbones that come with Espalier, by the name `--backbone` takes; loaded when they are asked for. */
const embedded: Readonly<Record<string, () => Promise<Backbone>>> = {
  'text-mini': async () => (await import('@espalier/plugin-text-mini')).textMini,
  'audio-mini': async () => (await import('@espalier/plugin-audio-mini')).audioMini,
  'vision-mini': async () => (await import('@espalier/plugin-vision-mini')).visionMini,
};

/** The backbone of a search that names none: it comes with Espalier and needs no download. */
export const defaultBackbones: Readonly<Record<Modality, string>> = {
  image: 'vision-mini',
  text: 'text-mini',
  audio: 'audio-mini',
};

/** The backbone of a name or path; a path is made absolute, so that a study goes on from any folder. */
export async function findBackbone(reference: string): Promise<Backbone> {
  const known = Object.hasOwn(embedded, reference) ? embedded[reference] : undefined;
  if (known !== undefined) return known();
  const onProgress = reportTransfer;
  const named = parseFamily(reference);
  if (named !== null) return openFamily(named.family, named.checkpoint, { onProgress });
  if (isHubReference(reference)) return hfHub(reference, { families, onProgress });
  if (isModelFolder(reference)) return hfFolder(reference, { families });
  if (existsSync(reference))
    return (await isYamnet(reference)) ? audioYamnet(reference) : onnxFile(reference);
  throw new UsageError(
    `there is no backbone '${reference}': give one of ${[...Object.keys(embedded), ...families.map(({ id }) => id)].join(', ')}, the path of an ONNX file or its folder, or hf:owner/name of the Hugging Face hub`,
  );
}

/**
 * A reference that means the same from any folder and at any time: an absolute path, or a commit of the hub.
 *
 * @param backbone what the reference was found to be
 */
export function lastingReference(reference: string, backbone: Backbone): string {
  if (Object.hasOwn(embedded, reference)) return reference;
  const named = parseFamily(reference);
  const place = pinnedReference(backbone) ?? resolve(named?.checkpoint ?? reference);
  return named === null ? place : `${named.family.id}=${place}`;
}

/** The folder of a model for a pipeline: one on this machine, or fetched from the hub. */
export const modelFolder = async (reference: string): Promise<string> =>
  isHubReference(reference) ? hubFolder(reference, { onProgress: reportTransfer }) : reference;

/** Megabytes between two lines about a transfer. */
const SAID_EVERY = 20e6;

/** Says how far a download is, on the error stream, which results do not use. */
function reportTransfer(path: string, done: number, total: number): void {
  const before = said.get(path) ?? 0;
  if (total < SAID_EVERY || (done - before < SAID_EVERY && done < total)) return;
  said.set(path, done);
  process.stderr.write(`fetching ${path}: ${(done / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB\n`);
}

const said = new Map<string, number>();
