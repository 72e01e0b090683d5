import { bagSource } from './bagSource.js';
import type { SourceContext } from './open.js';
import type { FeatureSource } from './source.js';

/** Features that need no network, for what the dataset holds. */
export function openRecipes({ data, products, labelled }: SourceContext): FeatureSource[] {
  switch (data.modality) {
    case 'text':
      return [bagSource(products, labelled)];
    case 'image':
    case 'audio':
      return [];
  }
}
