import { audioWav2vec2 } from '@espalier/plugin-audio-wav2vec2';
import type { Family } from '@espalier/plugin-hf-hub';
import { textBert } from '@espalier/plugin-text-bert';
import { textGpt } from '@espalier/plugin-text-gpt';
import { textRoberta } from '@espalier/plugin-text-roberta';
import { textT5 } from '@espalier/plugin-text-t5';
import { textXlnet } from '@espalier/plugin-text-xlnet';
import { visionEfficientnet } from '@espalier/plugin-vision-efficientnet';
import { visionInception } from '@espalier/plugin-vision-inception';
import { visionMobilenet } from '@espalier/plugin-vision-mobilenet';
import { visionResnet } from '@espalier/plugin-vision-resnet';
import { visionVgg } from '@espalier/plugin-vision-vgg';
import { SdkError } from './errors.js';

/** Families whose checkpoints are fetched, by the name `--backbone` takes; a new one is a line here. */
export const families: readonly Family[] = [
  textBert,
  textRoberta,
  textGpt,
  textT5,
  textXlnet,
  visionResnet,
  visionVgg,
  visionEfficientnet,
  visionInception,
  visionMobilenet,
  audioWav2vec2,
];

/** `text-bert` is its default checkpoint, `text-bert=hf:owner/name` or `text-bert=folder` another one. */
export interface FamilyReference {
  readonly family: Family;
  readonly checkpoint: string | undefined;
}

/** The family that a reference names; null where it names none. */
export function parseFamily(reference: string): FamilyReference | null {
  const [id = '', ...rest] = reference.split('=');
  const family = families.find((one) => one.id === id);
  if (family === undefined) return null;
  const checkpoint = rest.length === 0 ? undefined : rest.join('=');
  if (checkpoint === '') {
    throw new SdkError(
      `'${reference}' names no checkpoint; give ${id}, ${id}=hf:owner/name or ${id}=<folder>`,
    );
  }
  return { family, checkpoint };
}
