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

/** Takes something of each modality, by its name. */
export const ofEach = <T>(of: (part: ModalityPart) => T): Readonly<Record<Modality, T>> =>
  Object.fromEntries(modalities.names.map((name) => [name, of(modalities.get(name))])) as Record<Modality, T>;
