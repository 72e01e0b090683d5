import type { PlainFeatures } from '@espalier/baselines';
import { openEncoder } from '@espalier/data';
import { createOnnxEngine } from '@espalier/engine';
import { sha256Of } from '@espalier/base/files';
import { encodeModel } from '@espalier/onnx';
import { commonRecipe } from '../study/recipe.js';
import { denseSource } from './denseSource.js';
import type { SourceContext } from './open.js';
import type { FeatureSource } from './source.js';
import { openVectors } from './vectors.js';

/** A graph of plain operators reads this; see {@link PlainFeatures}. */
const INPUT = 'input';

/** Features of pictures or recordings that nothing was trained for. */
export async function plainSource(
  { description, preprocessing, model, output, width }: PlainFeatures,
  { store, settings, products, labelled, signal }: SourceContext,
): Promise<FeatureSource> {
  const encoder = await openEncoder(preprocessing, INPUT);
  // Nothing is trained through these graphs, and another engine may not have their operators.
  const engine = createOnnxEngine();
  const vectors = openVectors({
    ...{ store, engine, encoder, model, widths: [width] },
    hash: sha256Of(encodeModel(model)),
    preprocessing: JSON.stringify(preprocessing),
    batch: commonRecipe(settings).batch,
  });
  return denseSource({
    id: description,
    plain: true,
    blocks: [{ name: output, width, tensor: output }],
    ...{ model, preprocessing, vectors, products, labelled, signal },
  });
}
