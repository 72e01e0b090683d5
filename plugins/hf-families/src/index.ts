import { registry } from '@espalier/base';
import type { Family } from '@espalier/plugin-hf-hub';
import { audioWav2vec2 } from './families/audioWav2vec2.js';
import { textBert } from './families/textBert.js';
import { textGpt } from './families/textGpt.js';
import { textRoberta } from './families/textRoberta.js';
import { textT5 } from './families/textT5.js';
import { textXlnet } from './families/textXlnet.js';
import { visionEfficientnet } from './families/visionEfficientnet.js';
import { visionInception } from './families/visionInception.js';
import { visionMobilenet } from './families/visionMobilenet.js';
import { visionResnet } from './families/visionResnet.js';
import { visionVgg } from './families/visionVgg.js';

/** Families whose checkpoints are fetched, by the name that `--backbone` takes. */
export const families = registry<Family>('family').of({
  'text-bert': textBert,
  'text-roberta': textRoberta,
  'text-gpt': textGpt,
  'text-t5': textT5,
  'text-xlnet': textXlnet,
  'vision-resnet': visionResnet,
  'vision-vgg': visionVgg,
  'vision-efficientnet': visionEfficientnet,
  'vision-inception': visionInception,
  'vision-mobilenet': visionMobilenet,
  'audio-wav2vec2': audioWav2vec2,
});

export type FamilyName = (typeof families.names)[number];
