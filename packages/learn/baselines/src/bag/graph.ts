import {
  float32,
  int64,
  node,
  scalar,
  TARGET_OPSET,
  type GraphNode,
  type Model,
  type Tensor,
} from '@espalier/onnx';
import { gramIds, gramLength } from './grams.js';
import type { Half } from './half.js';

/** Names of the graph's inputs and of its output. */
export const bagNames = { words: 'words', characters: 'characters', bag: 'bag' } as const;

const WEIGHED = 'tf_idf';
/** Smallest divisor, which keeps a row of zeros at 0. */
const LEAST_LENGTH = 1e-12;

/**
 * The graph from ids to a bag: inputs int64 [batch, n] and [batch, m], filled up with 0; output float32
 * [batch, width]. A half that knows no n-gram has no input.
 */
export function bagGraph(halves: readonly Half[]): Model {
  const used = halves.filter(({ grams }) => grams.length > 0);
  const width = used.reduce((sum, { grams }) => sum + grams.length, 0);
  const outputs = used.map(({ kind }) => `${kind.name}_${WEIGHED}`);
  return {
    irVersion: 8,
    opsets: new Map([['', TARGET_OPSET]]),
    graph: {
      name: 'bag',
      nodes: [...used.flatMap(halfNodes), node('Concat', outputs, [bagNames.bag], { axis: 1 })],
      inputs: used.map(({ kind: { name } }) => ({
        name: bagNames[name],
        dtype: 'int64',
        shape: ['batch', `${name}_length`],
      })),
      outputs: [{ name: bagNames.bag, dtype: 'float32', shape: ['batch', width] }],
      initializers: new Map<string, Tensor>([
        ['bag_one', scalar(1)],
        ['bag_columns', int64([1])],
        ['bag_least_length', scalar(LEAST_LENGTH)],
        ...used.map(({ kind, idf }): [string, Tensor] => [`${kind.name}_idf`, float32([idf.length], idf)]),
      ]),
    },
    metadata: {},
  };
}

/** Counts, then (1 + ln count) idf, or 0 where there is no count, then a length of 1. */
function halfNodes(half: Half): GraphNode[] {
  const { name } = half.kind;
  const at = (step: string): string => `${name}_${step}`;
  return [
    node('TfIdfVectorizer', [bagNames[name]], [at('counts')], vectorizer(half)),
    node('Max', [at('counts'), 'bag_one'], [at('at_least_one')]),
    node('Log', [at('at_least_one')], [at('logarithm')]),
    node('Min', [at('counts'), 'bag_one'], [at('seen')]),
    node('Add', [at('logarithm'), at('seen')], [at('frequency')]),
    node('Mul', [at('frequency'), at('idf')], [at('weighed')]),
    node('ReduceL2', [at('weighed'), 'bag_columns'], [at('length')], { keepdims: 1 }),
    node('Max', [at('length'), 'bag_least_length'], [at('divisor')]),
    node('Div', [at('weighed'), at('divisor')], [at(WEIGHED)]),
  ];
}

type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

/** The n-grams by ONNX's TfIdfVectorizer: all single ids, then all pairs, ...; where each length begins. */
function vectorizer({ kind, grams }: Half): Attributes {
  const starts = new Array<number>(kind.longest).fill(0);
  for (const key of grams) {
    for (let n = gramLength(key); n < kind.longest; n++) starts[n] = (starts[n] as number) + gramLength(key);
  }
  return {
    mode: 'TF',
    min_gram_length: kind.shortest,
    max_gram_length: kind.longest,
    max_skip_count: 0,
    ngram_counts: starts,
    ngram_indexes: grams.map((_, column) => column),
    pool_int64s: grams.flatMap(gramIds),
  };
}
