import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { onnxFile } from '@espalier/plugin-onnx-file';
import type { Backbone, Modality } from '@espalier/transfer';
import { UsageError } from './failure.js';

/** Backbones that come with Espalier, by the name `--backbone` takes; loaded when they are asked for. */
const embedded: Readonly<Record<string, () => Promise<Backbone>>> = {
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
  if (existsSync(reference)) return onnxFile(reference);
  throw new UsageError(
    `there is no backbone '${basename(reference)}': give one of ${Object.keys(embedded).join(', ')}, or the path of an ONNX file or its folder`,
  );
}

export const absoluteReference = (reference: string): string =>
  Object.hasOwn(embedded, reference) ? reference : resolve(reference);
