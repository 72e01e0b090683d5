import type { Modality } from '@espalier/transfer';
import type { AudioView } from './audio/views.js';
import type { View } from './image/views.js';
import type { TextView } from './text/views.js';

/** One fixed way to look at an example of some modality. */
export type ExampleView =
  | { readonly modality: 'image'; readonly view: View }
  | { readonly modality: 'text'; readonly view: TextView }
  | { readonly modality: 'audio'; readonly view: AudioView };

/** The view of an example of one modality. */
export type ViewOf<M extends Modality> = Extract<ExampleView, { modality: M }>['view'];

/** The name of an augmentation policy of some modality, one that was registered later included. */
export type PolicyName = string;
