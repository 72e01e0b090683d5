import { at, take } from '../../graph/at.js';
import { floatAttribute, intAttribute, intsAttribute } from '../../graph/model.js';
import type { Emitter, Expansion } from './emitter.js';

const FLOAT = 1;
/** The number that com.microsoft adds to scores that a mask hides, unless an attribute says otherwise. */
const HIDDEN = -10_000;

interface Heads {
  /** [batch, heads, length, width] */
  readonly query: string;
  readonly key: string;
  readonly value: string;
}

/** [batch, length, heads * width] to [batch, heads, length, width]. */
const split = (e: Emitter, x: string, heads: number): string =>
  e.emit('Transpose', [e.emit('Reshape', [x, e.ints(0, 0, heads, -1)])], { perm: [0, 2, 1, 3] });

/** Scaled dot products, masks added, softmax, and the heads side by side again (Vaswani et al., 2017). */
function attend(
  e: Emitter,
  { query, key, value }: Heads,
  masks: readonly string[],
  scale: number | null,
): string {
  const products = e.emit('MatMul', [query, e.emit('Transpose', [key], { perm: [0, 1, 3, 2] })]);
  const scaled =
    scale === null
      ? e.emit('Div', [products, e.emit('Sqrt', [widthOf(e, query)])])
      : e.emit('Mul', [products, e.scalar(scale)]);
  const scores = masks.reduce((sum, mask) => e.emit('Add', [sum, mask]), scaled);
  const mixed = e.emit('MatMul', [e.emit('Softmax', [scores], { axis: -1 }), value]);
  return e.emit('Reshape', [e.emit('Transpose', [mixed], { perm: [0, 2, 1, 3] }), e.ints(0, 0, -1)]);
}

/** The width of a head as a float. */
const widthOf = (e: Emitter, query: string): string =>
  e.emit('Cast', [e.emit('Gather', [e.emit('Shape', [query]), e.ints(3)], { axis: 0 })], { to: FLOAT });

/**
 * The tensor that is added to the scores: 0 where input `index` is 1, and far below where it is 0. The mask is [batch]
 * (the length of each row), [batch, length], [batch, length, length] or [batch, 1, length, length]; null
 * for a form that is not known.
 */
function additive(e: Emitter, index: number, key: string): string | null {
  const mask = e.input(index);
  const rank = e.rank(index) ?? 2;
  if (rank < 1 || rank > 4) return null;
  const open = rank === 1 ? withinLengths(e, mask, key) : mask;
  const axes = at([[1, 2], [1, 2], [1], []], rank - 1);
  const spread = axes.length === 0 ? open : e.emit('Unsqueeze', [open, e.ints(...axes)]);
  const closed = e.emit('Sub', [e.scalar(1), e.emit('Cast', [spread], { to: FLOAT })]);
  return e.emit('Mul', [closed, e.scalar(floatAttribute(e.node, 'mask_filter_value', HIDDEN))]);
}

const INT64 = 7;

/** [batch, length]: whether a place is before the end of its row. */
function withinLengths(e: Emitter, lengths: string, key: string): string {
  const length = e.emit('Gather', [e.emit('Shape', [key]), e.place(2)], {
    axis: 0,
  });
  const places = e.emit('Range', [e.place(0), length, e.place(1)]);
  const ends = e.emit('Unsqueeze', [e.emit('Cast', [lengths], { to: INT64 }), e.ints(1)]);
  return e.emit('Less', [places, ends]);
}

/** Hides what comes later than each token. */
function causal(e: Emitter, query: string): string {
  const length = e.emit('Gather', [e.emit('Shape', [query]), e.ints(2)], { axis: 0 });
  const square = e.emit('Expand', [e.scalar(1), e.emit('Concat', [length, length], { axis: 0 })]);
  const later = e.emit('Sub', [e.scalar(1), e.emit('Trilu', [square], { upper: 0 })]);
  return e.emit('Mul', [later, e.scalar(floatAttribute(e.node, 'mask_filter_value', HIDDEN))]);
}

const scaleOf = (e: Emitter): number | null => {
  const scale = floatAttribute(e.node, 'scale', 0);
  return scale === 0 ? null : scale;
};

/** All that is added to the scores: the mask of input `mask`, a bias of input 5, and no look ahead. */
function masksOf(e: Emitter, mask: number, { query, key }: Heads): string[] | null {
  const hidden = e.input(mask) === '' ? '' : additive(e, mask, key);
  if (hidden === null) return null;
  return [
    ...(hidden === '' ? [] : [hidden]),
    ...(e.input(5) === '' ? [] : [e.input(5)]),
    ...(intAttribute(e.node, 'unidirectional', 0) === 1 ? [causal(e, query)] : []),
  ];
}

/** com.microsoft's Attention: one weight [width, 3 width] makes queries, keys and values. */
export const attention: Expansion = (e) => {
  const heads = intAttribute(e.node, 'num_heads', 1);
  if (intsAttribute(e.node, 'qkv_hidden_sizes') !== null) return false;
  if (e.input(4) !== '' || e.wants(1)) return false;
  if (intAttribute(e.node, 'do_rotary', 0) === 1) return false;
  const product = e.emit('MatMul', [e.input(0), e.input(1)]);
  const all = e.input(2) === '' ? product : e.emit('Add', [product, e.input(2)]);
  const parts = e.emitMany('Split', [all], 3, { axis: -1, num_outputs: 3 });
  const [query, key, value] = take(
    parts.map((part) => split(e, part, heads)),
    3,
  );
  const masks = masksOf(e, 3, { query, key, value });
  if (masks === null) return false;
  e.give(0, attend(e, { query, key, value }, masks, scaleOf(e)));
};

/** com.microsoft's MultiHeadAttention: queries, keys and values [batch, length, width] are given. */
export const multiHeadAttention: Expansion = (e) => {
  const heads = intAttribute(e.node, 'num_heads', 1);
  if (e.input(6) !== '' || e.wants(1)) return false;
  if (e.input(1) === '' || e.input(2) === '') return false;
  const biases = e.input(3) === '' ? null : e.emitMany('Split', [e.input(3)], 3, { axis: 0, num_outputs: 3 });
  const headsOf = (i: number): string => {
    const part = biases === null ? e.input(i) : e.emit('Add', [e.input(i), at(biases, i)]);
    return split(e, part, heads);
  };
  const [query, key, value] = [headsOf(0), headsOf(1), headsOf(2)];
  const masks = masksOf(e, 4, { query, key, value });
  if (masks === null) return false;
  e.give(0, attend(e, { query, key, value }, masks, scaleOf(e)));
};

/**
 * Rotary position embedding (Su et al., 2021) of [batch, heads, length, width]: the halves of each head
 * turned by the angle of their place.
 */
export const rotaryEmbedding: Expansion = (e) => {
  if (intAttribute(e.node, 'interleaved', 0) === 1) return false;
  if (intAttribute(e.node, 'rotary_embedding_dim', 0) !== 0) return false;
  const [x, places] = [e.input(0), e.input(1)];
  const heads = intAttribute(e.node, 'num_heads', 0);
  const apart = heads === 0 ? x : split(e, x, heads);
  const table = (name: string): string => e.emit('Unsqueeze', [e.emit('Gather', [name, places]), e.ints(1)]);
  const [cos, sin] = [table(e.input(2)), table(e.input(3))];
  const [first, second] = take(e.emitMany('Split', [apart], 2, { axis: -1, num_outputs: 2 }), 2);
  const turned = [
    e.emit('Sub', [e.emit('Mul', [first, cos]), e.emit('Mul', [second, sin])]),
    e.emit('Add', [e.emit('Mul', [second, cos]), e.emit('Mul', [first, sin])]),
  ];
  const whole = e.emit('Concat', turned, { axis: -1 });
  if (heads === 0) return e.give(0, whole);
  e.give(0, e.emit('Reshape', [e.emit('Transpose', [whole], { perm: [0, 2, 1, 3] }), e.ints(0, 0, -1)]));
};

/** com.microsoft's FusedMatMul: alpha A' B', a prime transposing the last two of up to four axes. */
export const fusedMatMul: Expansion = (e) => {
  if (intAttribute(e.node, 'transBatchA', 0) === 1 || intAttribute(e.node, 'transBatchB', 0) === 1)
    return false;
  const operand = (index: number, attribute: string): string =>
    intAttribute(e.node, attribute, 0) === 1 ? swapped(e, e.input(index)) : e.input(index);
  const product = e.emit('MatMul', [operand(0, 'transA'), operand(1, 'transB')]);
  const alpha = floatAttribute(e.node, 'alpha', 1);
  e.give(0, alpha === 1 ? product : e.emit('Mul', [product, e.scalar(alpha)]));
};

/** The last two axes changed, whatever the rank: as [rows, inner, columns] with all others in one. */
function swapped(e: Emitter, x: string): string {
  const shape = e.emit('Shape', [x]);
  const part = (from: number, to: number): string => e.emit('Slice', [shape, e.ints(from), e.ints(to)]);
  const last = part(-1, 2 ** 31 - 1);
  const flat = e.emit('Reshape', [x, e.emit('Concat', [e.ints(-1), part(-2, -1), last], { axis: 0 })]);
  const turned = e.emit('Transpose', [flat], { perm: [0, 2, 1] });
  return e.emit('Reshape', [turned, e.emit('Concat', [part(0, -2), last, part(-2, -1)], { axis: 0 })]);
}
