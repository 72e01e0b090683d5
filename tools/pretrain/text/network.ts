import { int64, node, type Model } from '@espalier/onnx';
import { transformerNetwork } from '@espalier/onnx/testing';
import { createRandom } from '@espalier/random';

export const WIDTH = 128;
export const MOST_TOKENS = 64;

/** The untrained network of text-mini: two blocks, 4 heads; `hidden` [batch, length, 128]. */
export function buildNetwork(vocabulary: number, seed: number): Model {
  const random = createRandom(seed, 'text-mini');
  return transformerNetwork({
    vocabulary,
    width: WIDTH,
    heads: 4,
    layers: 2,
    inner: 512,
    positions: MOST_TOKENS,
    normal: () => random.normal(),
  });
}

/**
 * The same with the hidden states of some places alone as its output [batch * places, width], which a
 * head over the vocabulary reads. `asked_places` [batch, places] counts tokens over the whole batch.
 */
export function withPlaces(model: Model): Model {
  const { graph } = model;
  const flat = int64([-1, WIDTH]);
  return {
    ...model,
    graph: {
      ...graph,
      nodes: [
        ...graph.nodes,
        node('Reshape', ['hidden', 'flat_shape'], ['tokens']),
        node('Gather', ['tokens', 'asked_places'], ['asked']),
        node('Reshape', ['asked', 'flat_shape'], ['asked_tokens']),
      ],
      inputs: [...graph.inputs, { name: 'asked_places', dtype: 'int64', shape: ['batch', 'count'] }],
      outputs: [{ name: 'asked_tokens', dtype: 'float32', shape: ['tokens', WIDTH] }],
      initializers: new Map([...graph.initializers, ['flat_shape', flat]]),
    },
  };
}
