import { take } from '../../graph/at.js';
import { floatAttribute, intAttribute } from '../../graph/model.js';
import type { Emitter, Expansion } from './emitter.js';

/** The lowest float32: what is added to a score that a mask hides. */
const LOWEST = -3.4028234663852886e38;
const FLOAT = 1;
const ENDLESS = 2 ** 31 - 1;

/** Root mean square normalisation over the axes from `axis` on (operator set 23; Zhang & Sennrich, 2019). */
export const rmsNormalization: Expansion = (e) => {
  const axis = intAttribute(e.node, 'axis', -1);
  const rank = e.rank(0);
  if (axis >= 0 && rank === null) return false;
  const first = axis >= 0 && rank !== null ? axis - rank : axis;
  const axes = e.ints(...Array.from({ length: -first }, (_, i) => first + i));
  const x = e.input(0);
  const mean = e.emit('ReduceMean', [e.emit('Mul', [x, x]), axes], { keepdims: 1 });
  const root = e.emit('Sqrt', [e.emit('Add', [mean, e.scalar(floatAttribute(e.node, 'epsilon', 1e-5))])]);
  e.give(0, e.emit('Mul', [e.emit('Div', [x, root]), e.input(1)]));
};

/** x σ(α x) (operator set 24; Ramachandran et al., 2017). */
export const swish: Expansion = (e) => {
  const scaled = e.emit('Mul', [e.input(0), e.scalar(floatAttribute(e.node, 'alpha', 1))]);
  e.give(0, e.emit('Mul', [e.input(0), e.emit('Sigmoid', [scaled])]));
};

/** x tanh(log(1 + e^x)) (Misra, 2019). */
export const mish: Expansion = (e) => {
  e.give(0, e.emit('Mul', [e.input(0), e.emit('Tanh', [e.emit('Softplus', [e.input(0)])])]));
};

/** α elu(x / α) (Barron, 2017). */
export const celu: Expansion = (e) => {
  const alpha = e.scalar(floatAttribute(e.node, 'alpha', 1));
  e.give(0, e.emit('Mul', [e.emit('Elu', [e.emit('Div', [e.input(0), alpha])], { alpha: 1 }), alpha]));
};

/** x above α, else 0. */
export const thresholdedRelu: Expansion = (e) => {
  const above = e.emit('Greater', [e.input(0), e.scalar(floatAttribute(e.node, 'alpha', 1))]);
  e.give(0, e.emit('Mul', [e.input(0), e.emit('Cast', [above], { to: FLOAT })]));
};

/** x moved towards 0 by a bias outside of -λ..λ, and 0 inside. */
export const shrink: Expansion = (e) => {
  const [lambda, bias] = [floatAttribute(e.node, 'lambd', 0.5), e.scalar(floatAttribute(e.node, 'bias', 0))];
  const x = e.input(0);
  const above = e.emit('Where', [
    e.emit('Greater', [x, e.scalar(lambda)]),
    e.emit('Sub', [x, bias]),
    e.scalar(0),
  ]);
  e.give(0, e.emit('Where', [e.emit('Less', [x, e.scalar(-lambda)]), e.emit('Add', [x, bias]), above]));
};

/** x / |x| along an axis; 0 for a vector of zeros. */
export const lpNormalization: Expansion = (e) => {
  const axis = e.ints(intAttribute(e.node, 'axis', -1));
  const op = intAttribute(e.node, 'p', 2) === 1 ? 'ReduceL1' : 'ReduceL2';
  const norm = e.emit(op, [e.input(0), axis], { keepdims: 1 });
  e.give(0, e.emit('Div', [e.input(0), e.emit('Max', [norm, e.scalar(2 ** -100)])]));
};

/** Local response normalisation over neighbouring channels of [N, C, H, W] (Krizhevsky et al., 2012). */
export const localResponse: Expansion = (e) => {
  const size = intAttribute(e.node, 'size', 1);
  const [before, behind] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  const x = e.input(0);
  const squares = e.emit('Unsqueeze', [e.emit('Mul', [x, x]), e.ints(1)]);
  const means = e.emit('AveragePool', [squares], {
    kernel_shape: [size, 1, 1],
    pads: [before, 0, 0, behind, 0, 0],
    count_include_pad: 1,
  });
  const scaled = e.emit('Mul', [
    e.emit('Squeeze', [means, e.ints(1)]),
    e.scalar(floatAttribute(e.node, 'alpha', 1e-4)),
  ]);
  const total = e.emit('Add', [scaled, e.scalar(floatAttribute(e.node, 'bias', 1))]);
  e.give(0, e.emit('Div', [x, e.emit('Pow', [total, e.scalar(floatAttribute(e.node, 'beta', 0.75))])]));
};

/** [batch, length, heads * width] to [batch, heads, length, width]; what is so already stays. */
function headsApart(e: Emitter, index: number, attribute: string): string | null {
  if (e.rank(index) === 4) return e.input(index);
  const heads = intAttribute(e.node, attribute, 0);
  if (heads === 0) return e.rank(index) === null ? e.input(index) : null;
  return e.emit('Transpose', [e.emit('Reshape', [e.input(index), e.ints(0, 0, heads, -1)])], {
    perm: [0, 2, 1, 3],
  });
}

const headsTogether = (e: Emitter, x: string): string =>
  e.emit('Reshape', [e.emit('Transpose', [x], { perm: [0, 2, 1, 3] }), e.ints(0, 0, -1)]);

const dim = (e: Emitter, x: string, axis: number): string =>
  e.emit('Gather', [e.emit('Shape', [x]), e.ints(axis)], { axis: 0 });

/** Repeats each head of keys or values for the queries that share it (Ainslie et al., 2023). */
function shared(e: Emitter, x: string, query: string): string {
  const times = e.emit('Div', [dim(e, query, 1), dim(e, x, 1)]);
  const apart = e.emit('Unsqueeze', [x, e.ints(2)]);
  const shape = e.emit('Concat', [e.ints(1, 1), times, e.ints(1, 1)], { axis: 0 });
  const all = e.emit('Concat', [dim(e, x, 0), dim(e, query, 1), e.ints(-1), dim(e, x, 3)], { axis: 0 });
  return e.emit('Reshape', [e.emit('Expand', [apart, shape]), all]);
}

/** Tensors that are added to the scores of queries and keys: the mask of input 3, and no look ahead. */
function masksOf(e: Emitter, query: string, key: string): string[] {
  const masks: string[] = [];
  if (e.input(3) !== '') {
    const mask = e.input(3);
    masks.push(e.isBool(3) ? e.emit('Where', [mask, e.scalar(0), e.scalar(LOWEST)]) : mask);
  }
  if (intAttribute(e.node, 'is_causal', 0) === 1) {
    const shape = e.emit('Concat', [dim(e, query, 2), dim(e, key, 2)], { axis: 0 });
    const all = e.emit('Expand', [e.scalar(1), shape]);
    const later = e.emit('Sub', [e.scalar(1), e.emit('Trilu', [all], { upper: 0 })]);
    masks.push(e.emit('Mul', [later, e.scalar(LOWEST)]));
  }
  return masks;
}

/** Scaled dot-product attention (operator set 23; Vaswani et al., 2017), without past keys and values. */
export const standardAttention: Expansion = (e) => {
  if (e.input(4) !== '' || e.input(5) !== '' || e.wants(1) || e.wants(2) || e.wants(3)) return false;
  if (floatAttribute(e.node, 'softcap', 0) !== 0) return false;
  const query = headsApart(e, 0, 'q_num_heads');
  const keys = headsApart(e, 1, 'kv_num_heads');
  const values = headsApart(e, 2, 'kv_num_heads');
  if (query === null || keys === null || values === null) return false;
  const flat = intAttribute(e.node, 'q_num_heads', 0) > 0 && e.rank(0) !== 4;
  const [key, value] = [shared(e, keys, query), shared(e, values, query)];
  const products = e.emit('MatMul', [query, e.emit('Transpose', [key], { perm: [0, 1, 3, 2] })]);
  const scale = floatAttribute(e.node, 'scale', 0);
  const scaled =
    scale === 0
      ? e.emit('Div', [products, e.emit('Sqrt', [e.emit('Cast', [dim(e, query, 3)], { to: FLOAT })])])
      : e.emit('Mul', [products, e.scalar(scale)]);
  const scores = masksOf(e, query, key).reduce((sum, mask) => e.emit('Add', [sum, mask]), scaled);
  const mixed = e.emit('MatMul', [e.emit('Softmax', [scores], { axis: -1 }), value]);
  e.give(0, flat ? headsTogether(e, mixed) : mixed);
};

/**
 * Rotary position embedding (operator set 23; Su et al., 2021): pairs of numbers of each head turned by the
 * angle of their place. The pairs are the halves of a head, or neighbours where it is interleaved.
 */
export const standardRotaryEmbedding: Expansion = (e) => {
  const heads = intAttribute(e.node, 'num_heads', 0);
  const flat = heads > 0 && e.rank(0) !== 4;
  const x = headsApart(e, 0, 'num_heads');
  if (x === null) return false;
  const turning = intAttribute(e.node, 'rotary_embedding_dim', 0);
  const cut = (from: number, to: number, step = 1): string =>
    e.emit('Slice', [x, e.ints(from), e.ints(to), e.ints(3), e.ints(step)]);
  const part = turning === 0 ? x : cut(0, turning);
  const table = (index: number): string => {
    const given = e.input(index);
    const placed = e.input(3) === '' ? given : e.emit('Gather', [given, e.input(3)]);
    return e.emit('Unsqueeze', [placed, e.ints(1)]);
  };
  const whole = turn(e, part, table(1), table(2));
  const joined = turning === 0 ? whole : e.emit('Concat', [whole, cut(turning, ENDLESS)], { axis: 3 });
  e.give(0, flat ? headsTogether(e, joined) : joined);
};

function turn(e: Emitter, x: string, cos: string, sin: string): string {
  const interleaved = intAttribute(e.node, 'interleaved', 0) === 1;
  const every = (from: number): string =>
    e.emit('Slice', [x, e.ints(from), e.ints(ENDLESS), e.ints(3), e.ints(2)]);
  const [first, second] = interleaved
    ? [every(0), every(1)]
    : take(e.emitMany('Split', [x], 2, { axis: -1, num_outputs: 2 }), 2);
  const turned = [
    e.emit('Sub', [e.emit('Mul', [first, cos]), e.emit('Mul', [second, sin])]),
    e.emit('Add', [e.emit('Mul', [second, cos]), e.emit('Mul', [first, sin])]),
  ];
  if (!interleaved) return e.emit('Concat', turned, { axis: -1 });
  const pairs = turned.map((name) => e.emit('Unsqueeze', [name, e.ints(4)]));
  return e.emit('Reshape', [e.emit('Concat', pairs, { axis: 4 }), e.ints(0, 0, 0, -1)]);
}
