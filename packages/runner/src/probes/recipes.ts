import { plainAudio, plainImage } from '@espalier/baselines';
import { bagSource } from './bagSource.js';
import type { SourceContext } from './open.js';
import { plainSource } from './plainSource.js';
import type { FeatureSource } from './source.js';

/** Features that need no network, for what the dataset holds. */
export async function openRecipes(context: SourceContext): Promise<FeatureSource[]> {
  switch (context.data.modality) {
    case 'text':
      return [bagSource(context.products, context.labelled)];
    case 'image':
      return [await plainSource(plainImage(), context)];
    case 'audio':
      return [await plainSource(plainAudio(), context)];
  }
}
