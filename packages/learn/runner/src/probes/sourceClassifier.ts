import { createOnnxEngine } from '@espalier/engine';
import { float32 } from '@espalier/onnx';
import { matrix, softmaxRows, type Matrix } from '@espalier/probes';
import { once } from '../once.js';
import type { SourceClasses } from '../backbone/sourceClasses.js';

/** A network's own classifier, run on features that are cached. */
export interface SourceClassifier {
  /**
   * Probabilities of the classes that the network was trained for, [examples, source classes], or why there are none.
   *
   * @param features [examples, width]
   */
  sharesOf(features: Matrix): Promise<Matrix | string>;
  dispose(): Promise<void>;
}

/** Opens what stands behind a network's features; it is compiled when it is first asked for. */
export function openSourceClassifier(source: SourceClasses): SourceClassifier {
  if (source.kind === 'none') {
    return { sharesOf: () => Promise.resolve(source.why), dispose: () => Promise.resolve() };
  }
  const { model, features: input, dims, output, classes, shares } = source;
  // Nothing is trained through this graph, and another engine may not have its operators.
  const forward = once(() => createOnnxEngine().compileForward(model));
  return {
    sharesOf: async ({ rows, data }) => {
      const outputs = await (await forward.get()).run({ [input]: float32([rows, ...dims], data) });
      const scores = outputs[output]?.data as Float32Array;
      return matrix(rows, classes, shares ? scores : softmaxRows(scores, classes));
    },
    dispose: forward.dispose,
  };
}
