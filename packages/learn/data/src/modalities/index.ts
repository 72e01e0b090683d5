import { registry } from '@espalier/base';
import type { Modality } from '@espalier/transfer';
import { audio } from './audio/index.js';
import { image } from './image/index.js';
import type { ModalityPart } from './part.js';
import { text } from './text/index.js';

export type { Inspected, ModalityPart } from './part.js';

/** The modalities, with all that is done with the examples of each. */
export const modalities = registry<ModalityPart>('modality').of({
  image,
  text,
  audio,
} satisfies Record<Modality, ModalityPart>);
