import type { PlainFeatures } from '@espalier/baselines';
import { openEncoder } from '@espalier/data';
import { createOnnxEngine } from '@espalier/engine';
import { contentHash } from '@espalier/onnx';
import { encodeAll, onlyInputs } from '../backbone/inputs.js';
import { once } from '../once.js';
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
  const forward = once(() => engine.compileForward(model));
  const vectors = openVectors({
    store,
    encoder,
    groups: [
      {
        key: {
          computation: `${contentHash(model)} ${engine.name} ${engine.device}`,
          preprocessing: JSON.stringify(preprocessing),
        },
        widths: [width],
      },
    ],
    batch: commonRecipe(settings).batch,
    filling: (bucket) => ({
      compute: async (part) => {
        const looked = part.map(({ source }) => source);
        const feeds = await encodeAll(encoder, looked, bucket);
        const outputs = await (await forward.get()).run(onlyInputs(model, feeds));
        return new Map([[0, outputs[output]?.data as Float32Array]]);
      },
    }),
    dispose: forward.dispose,
  });
  return denseSource({
    id: description,
    plain: true,
    blocks: [{ name: output, width, tensor: output }],
    ...{ model, preprocessing, vectors, products, labelled, signal },
  });
}
