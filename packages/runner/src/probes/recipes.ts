import type { SourceContext } from './open.js';
import type { FeatureSource } from './source.js';

/** Features that need no network, for what the dataset holds. */
export function openRecipes(_context: SourceContext): Promise<FeatureSource[]> {
  return Promise.resolve([]);
}
