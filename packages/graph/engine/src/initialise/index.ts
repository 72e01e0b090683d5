import type { Model, Tensor } from '@espalier/onnx';
import type { Engine } from '../engine.js';
import { calibrate } from './calibrate.js';
import { freshWeights } from './fresh.js';

/**
 * The same network with fresh random weights, for training from scratch.
 *
 * He-normal weights (He et al., 2015), zero biases and neutral normalisations, then one pass over
 * `feeds` that gives each layer's output unit variance (LSUV: Mishkin & Matas, ICLR 2016) and, where
 * the layer has a bias, centred channels. A layer before a batch normalisation keeps its weights; the
 * normalisation takes the batch's statistics, which training does not update.
 *
 * @param model normalised
 * @param feeds a batch of real examples; side inputs of the graph too
 */
export async function initialiseModel(
  engine: Engine,
  model: Model,
  feeds: Readonly<Record<string, Tensor>>,
  options: { readonly seed: number },
): Promise<Model> {
  const initializers = new Map(model.graph.initializers);
  for (const [name, tensor] of freshWeights(model.graph, options.seed)) initializers.set(name, tensor);
  await calibrate(engine, model, initializers, feeds);
  return { ...model, graph: { ...model.graph, initializers } };
}
