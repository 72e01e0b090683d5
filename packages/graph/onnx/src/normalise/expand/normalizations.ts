import { take } from '../../graph/at.js';
import { floatAttribute, intAttribute } from '../../graph/model.js';
import type { Emitter, Expansion } from './emitter.js';

const EPSILON = 1e-12;

/** Root mean square normalisation (Zhang & Sennrich, 2019): x / √(mean(x²) + ε) g. */
function rootMeanSquare(e: Emitter, x: string, scale: string, epsilon: number): string {
  const square = e.emit('ReduceMean', [e.emit('Mul', [x, x]), e.ints(-1)], { keepdims: 1 });
  const root = e.emit('Sqrt', [e.emit('Add', [square, e.scalar(epsilon)])]);
  return e.emit('Mul', [e.emit('Div', [x, root]), scale]);
}

const layerNorm = (e: Emitter, inputs: readonly string[], epsilon: number): string =>
  e.emit(
    'LayerNormalization',
    inputs.filter((name) => name !== ''),
    { axis: -1, epsilon },
  );

/** The sum of what is given. */
const sum = (e: Emitter, names: readonly string[]): string =>
  names.filter((name) => name !== '').reduce((a, b) => e.emit('Add', [a, b]));

export const simplifiedLayerNormalization: Expansion = (e) => {
  const axis = intAttribute(e.node, 'axis', -1);
  if (axis !== -1) return false;
  e.give(0, rootMeanSquare(e, e.input(0), e.input(1), floatAttribute(e.node, 'epsilon', 1e-5)));
};

export const skipLayerNormalization: Expansion = (e) => {
  const whole = sum(e, [e.input(0), e.input(1), e.input(4)]);
  e.give(0, layerNorm(e, [whole, e.input(2), e.input(3)], floatAttribute(e.node, 'epsilon', EPSILON)));
  e.give(3, whole);
};

export const skipSimplifiedLayerNormalization: Expansion = (e) => {
  const whole = sum(e, [e.input(0), e.input(1), e.input(3)]);
  e.give(0, rootMeanSquare(e, whole, e.input(2), floatAttribute(e.node, 'epsilon', EPSILON)));
  e.give(3, whole);
};

/** Word, place and segment embeddings, added and normalised; the mask index is the length of each row. */
export const embedLayerNormalization: Expansion = (e) => {
  const [ids, segments, words, places, kinds] = take([0, 1, 2, 3, 4].map(e.input), 5);
  const length = e.emit('Gather', [e.emit('Shape', [ids]), e.ints(1)], { axis: 0 });
  const given = e.input(8);
  const placed =
    given === '' ? e.emit('Slice', [places, e.ints(0), length]) : e.emit('Gather', [places, given]);
  const segmented = segments === '' ? '' : e.emit('Gather', [kinds, segments]);
  const whole = sum(e, [e.emit('Gather', [words, ids]), segmented, placed]);
  e.give(0, layerNorm(e, [whole, e.input(5), e.input(6)], floatAttribute(e.node, 'epsilon', EPSILON)));
  if (e.wants(1)) {
    if (e.input(7) === '') return false;
    const count = e.emit('ReduceSum', [e.input(7), e.ints(1)], { keepdims: 0 });
    e.give(1, e.emit('Cast', [count], { to: 6 }));
  }
  e.give(2, whole);
};

/**
 * Groups of channels, each of one example normalised by itself (Wu & He, 2018). Scale and shift are one number a
 * channel, or a group before operator set 21.
 */
export const groupNormalization: Expansion = (e) => {
  const groups = intAttribute(e.node, 'num_groups', 1);
  const [x, scale, bias] = [e.input(0), e.input(1), e.input(2)];
  const shape = e.emit('Shape', [x]);
  const grouped = e.emit('Reshape', [x, e.ints(0, groups, -1)]);
  const ones = e.constant({ dtype: 'float32', dims: [groups], data: new Float32Array(groups).fill(1) });
  const zeros = e.constant({ dtype: 'float32', dims: [groups], data: new Float32Array(groups) });
  const epsilon = floatAttribute(e.node, 'epsilon', 1e-5);
  const [inner, outer] =
    e.opset < 21
      ? [[scale, bias], null]
      : [
          [ones, zeros],
          [scale, bias],
        ];
  const normal = e.emit('Reshape', [
    e.emit('InstanceNormalization', [grouped, ...inner], { epsilon }),
    shape,
  ]);
  if (outer === null) return e.give(0, normal);
  // One number a channel, spread over whatever axes follow.
  const rank = e.emit('Size', [shape]);
  const tail = e.emit('Expand', [
    e.ints(1),
    e.emit('Unsqueeze', [
      e.emit('Sub', [rank, e.constant({ dtype: 'int64', dims: [], data: BigInt64Array.of(2n) })]),
      e.ints(0),
    ]),
  ]);
  const spread = (name: string): string =>
    e.emit('Reshape', [name, e.emit('Concat', [e.ints(-1), tail], { axis: 0 })]);
  e.give(0, e.emit('Add', [e.emit('Mul', [normal, spread(scale)]), spread(bias)]));
};
