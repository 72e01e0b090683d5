import { float32, int64, node, type GraphNode, type Model, type Tensor } from '@espalier/onnx';
import { transformerNetwork } from '@espalier/onnx/testing';
import { createRandom } from '@espalier/base/random';
import { CENTRES } from './quantise.js';
import { WORD_WIDTH, type WordVectors } from './words.js';

export const WIDTH = 128;
export const MOST_TOKENS = 64;
/** The output of the first stage: vectors of words without context [batch, length, 256]. */
export const WORDS = 'vectors';
/** Weights of that stage, which pre-training leaves as they are. */
export const wordWeights = ['centres', 'scales'];

/**
 * The untrained network of text-mini: vectors of words, which stay as they are, and two blocks with 4
 * heads on them; `hidden` [batch, length, 128]. The blocks see each word's vector whatever its frequency.
 */
export function buildNetwork(words: WordVectors, seed: number): Model {
  const random = createRandom(seed, 'text-mini');
  const vocabulary = words.scales.length;
  const blocks = transformerNetwork({
    ...{ vocabulary: 1, width: WIDTH, heads: 4, layers: 2, inner: 512, positions: MOST_TOKENS },
    normal: () => random.normal(),
  });
  const { graph } = blocks;
  const parts = words.codes.length / vocabulary;
  const initializers = new Map<string, Tensor>([
    ...[...graph.initializers].filter(([name]) => name !== 'embedding'),
    ['codes', { dtype: 'uint8', dims: [vocabulary, parts], data: words.codes }],
    ['part_starts', int64(Array.from({ length: parts }, (_, part) => part * CENTRES))],
    ['centres', float32([parts * CENTRES, WORD_WIDTH / parts], words.centres)],
    ['scales', float32([vocabulary, 1], words.scales)],
    ['vector_shape', int64([0, 0, WORD_WIDTH])],
    ['entry.scale', float32([WORD_WIDTH], new Float32Array(WORD_WIDTH).fill(1))],
    ['entry.shift', float32([WORD_WIDTH], new Float32Array(WORD_WIDTH))],
    [
      'entry.weight',
      float32(
        [WORD_WIDTH, WIDTH],
        Float32Array.from({ length: WORD_WIDTH * WIDTH }, () => random.normal() / Math.sqrt(WORD_WIDTH)),
      ),
    ],
  ]);
  const rest = graph.nodes.filter(({ outputs }) => outputs[0] !== 'words');
  return { ...blocks, graph: { ...graph, nodes: [...lookUp(), ...enter(), ...rest], initializers } };
}

/** From ids to a byte for each part of a vector, to its centre, to the vector in its length. */
const lookUp = (): GraphNode[] => [
  node('Gather', ['codes', 'input_ids'], ['code_bytes']),
  node('Cast', ['code_bytes'], ['code_numbers'], { to: 7 }),
  node('Add', ['code_numbers', 'part_starts'], ['centre_numbers']),
  node('Gather', ['centres', 'centre_numbers'], ['vector_parts']),
  node('Reshape', ['vector_parts', 'vector_shape'], ['unit_vectors']),
  node('Gather', ['scales', 'input_ids'], ['lengths']),
  node('Mul', ['unit_vectors', 'lengths'], [WORDS]),
];

/** The normalisation takes the lengths off again: its epsilon is far below the shortest. */
const enter = (): GraphNode[] => [
  node('LayerNormalization', [WORDS, 'entry.scale', 'entry.shift'], ['entered'], {
    axis: -1,
    epsilon: 1e-12,
  }),
  node('MatMul', ['entered', 'entry.weight'], ['words']),
];
/**
 * The same with the hidden states of some places alone as its output [batch * places, width], which a
 * head over the vocabulary reads. `asked_places` [batch, places] counts tokens over the whole batch.
 */
export function withPositions(model: Model): Model {
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
