import { plainAudio, plainImage } from '@espalier/baselines';
import type { Modality } from '@espalier/transfer';
import { bagSource } from './bagSource.js';
import type { SourceContext } from './open.js';
import { plainSource } from './plainSource.js';
import type { FeatureSource } from './source.js';

type Open = (context: SourceContext) => FeatureSource | Promise<FeatureSource>;

const recipes: Readonly<Record<Modality, readonly Open[]>> = {
  image: [(context) => plainSource(plainImage(), context)],
  text: [({ products, labelled }) => bagSource(products, labelled)],
  audio: [(context) => plainSource(plainAudio(), context)],
};

/** Opens the features that need no network, for what the dataset holds. */
export const openRecipes = (context: SourceContext): Promise<FeatureSource[]> =>
  Promise.all(recipes[context.data.modality].map((open) => open(context)));
