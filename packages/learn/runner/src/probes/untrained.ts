import type { Model } from '@espalier/onnx';
import { matrix } from '@espalier/probes';
import type { OpenProbing } from './open.js';
import type { ProbePart } from './plan.js';

/** The network of a linear classifier that has learnt nothing. */
export function untrainedProbe(probing: OpenProbing, parts: readonly ProbePart[], classes: number): Model {
  const layers = parts.map(({ source, block }) => {
    const width = probing.source(source).blocks.find(({ name }) => name === block)?.width ?? 0;
    return { source, block, layer: { weight: matrix(width, classes), bias: new Float64Array(classes) } };
  });
  return probing.model([{ probe: { parts: layers, bias: new Float64Array(classes) }, share: 1 }]);
}
