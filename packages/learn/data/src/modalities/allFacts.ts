import { registry } from '@espalier/base';
import type { Modality } from '@espalier/transfer';
import { audioFacts } from './audio/facts.js';
import type { ModalityFacts } from './facts.js';
import { imageFacts } from './image/facts.js';
import { textFacts } from './text/facts.js';

export type { Modality };
export type { ModalityColumn, ModalityFacts, ModalityWords } from './facts.js';

/** The facts of each modality. Those of files stand first, and guesses are made in this order. */
export const modalityFacts = registry<ModalityFacts>('modality').of({
  image: imageFacts,
  audio: audioFacts,
  text: textFacts,
} satisfies Record<Modality, ModalityFacts>);

/** Modalities, in the order in which guesses are made. */
export const modalityNames: readonly Modality[] = modalityFacts.names;

/** Whether an example of a modality is a file, and not a text. */
export const isOfFiles = (modality: Modality): boolean => modalityFacts.get(modality).content === 'file';

/** The modalities whose examples are files. */
export const fileModalities: readonly Modality[] = modalityNames.filter(isOfFiles);

/** What datasets call an example of each modality. */
export const nouns = Object.fromEntries(
  modalityNames.map((modality) => [modality, modalityFacts.get(modality).words.noun]),
) as Readonly<Record<Modality, string>>;

/** What people call several examples of a modality: "pictures". */
export const pluralOf = (modality: Modality): string => `${modalityFacts.get(modality).words.plain}s`;
