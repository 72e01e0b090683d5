import { at, float32, int64, scalar, type node, type Tensor } from '@espalier/onnx';
import { broadcast, sameDims, type Dims } from './dims.js';

/** A tensor by its name, or a plain number. */
export type Operand = string | number;

export type Attributes = NonNullable<Parameters<typeof node>[3]>;

/** Adds operators and constants to a graph, and knows the shape of every tensor in it. */
export interface Emitter {
  readonly dims: (name: string) => Dims;
  /**
   * Adds a node with one output of shape `dims` and returns the output's name. Of a node that is there already
   * it returns the output that there is.
   */
  readonly emit: (
    opType: string,
    inputs: readonly string[],
    dims: Dims,
    attributes?: Attributes,
    domain?: string,
  ) => string;
  /** Adds an initializer, once for equal ones, and returns its name. */
  readonly constant: (tensor: Tensor, hint?: string) => string;
}

export type Algebra = ReturnType<typeof arithmetic> & ReturnType<typeof masks> & ReturnType<typeof layouts>;

/** Writes nodes, by formulas or one by one. */
export type Writer = Algebra & Emitter;

/** The operators of a graph as functions, by which a gradient, a loss or an update reads as its formula does. */
export const algebraOf = (e: Emitter): Algebra => ({ ...arithmetic(e), ...masks(e), ...layouts(e) });

const CONTRIB_DOMAIN = 'com.microsoft';
const FLOAT = 1;
const STEEP = 2 ** 120;
/** Limits beyond this, such as the largest float32, limit nothing. */
const UNLIMITED = 2 ** 100;

function arithmetic(e: Emitter) {
  const number = (value: number): string => e.constant(scalar(value), 'scalar');
  const nameOf = (operand: Operand): string => (typeof operand === 'number' ? number(operand) : operand);
  const unary = (opType: string) => (x: string) => e.emit(opType, [x], e.dims(x));
  /** Elementwise with ONNX's (NumPy's) broadcasting. */
  const binary =
    (opType: string) =>
    (a: Operand, b: Operand): string => {
      const names = [a, b].map(nameOf);
      return e.emit(opType, names, names.map(e.dims).reduce(broadcast));
    };
  const [times, over] = [binary('Mul'), binary('Div')];
  return {
    scalar: number,
    add: binary('Add'),
    sub: binary('Sub'),
    /** The product; what is multiplied by the number 1 stays as it is. */
    mul: (a: Operand, b: Operand): string => (typeof a === 'string' && b === 1 ? a : times(a, b)),
    div: (a: Operand, b: Operand): string => (typeof a === 'string' && b === 1 ? a : over(a, b)),
    pow: binary('Pow'),
    min: binary('Min'),
    neg: unary('Neg'),
    abs: unary('Abs'),
    sign: unary('Sign'),
    exp: unary('Exp'),
    log: unary('Log'),
    sqrt: unary('Sqrt'),
    sin: unary('Sin'),
    cos: unary('Cos'),
    sinh: unary('Sinh'),
    cosh: unary('Cosh'),
    relu: unary('Relu'),
    sigmoid: unary('Sigmoid'),
    square: (x: string): string => times(x, x),
    /** A sum of one tensor is the tensor itself. */
    total: (terms: readonly string[], dims: Dims): string =>
      terms.length === 1 ? at(terms, 0) : e.emit('Sum', terms, dims),
    /** `A' B'` where a prime transposes the last two axes; one kernel without a copy. */
    matMul: (
      a: string,
      b: string,
      { transA = false, transB = false }: { readonly transA?: boolean; readonly transB?: boolean } = {},
    ): string => {
      const [left, right] = [e.dims(a), e.dims(b)];
      const dims = [
        ...broadcast(left.slice(0, -2), right.slice(0, -2)),
        at(left, transA ? -1 : -2),
        at(right, transB ? -2 : -1),
      ];
      if (!transA && !transB) return e.emit('MatMul', [a, b], dims);
      const attributes = { transA: transA ? 1 : 0, transB: transB ? 1 : 0 };
      return e.emit('FusedMatMul', [a, b], dims, attributes, CONTRIB_DOMAIN);
    },
  };
}

/** Conditions as 0 and 1: a product with one is several times as fast as `Where` with a scalar. */
function masks(e: Emitter) {
  const { add, div, mul, scalar: number, sub } = arithmetic(e);
  const asNumber = (condition: string): string =>
    e.emit('Cast', [condition], e.dims(condition), { to: FLOAT });
  const test = (opType: string, a: string, b: Operand): string => {
    const other = typeof b === 'number' ? number(b) : b;
    return e.emit(opType, [a, other], broadcast(e.dims(a), e.dims(other)));
  };
  const isZero = (x: string): string => asNumber(test('Equal', x, 0));
  return {
    asNumber,
    /** A tensor of truth values. */
    test,
    isEqual: (a: string, b: Operand): string => asNumber(test('Equal', a, b)),
    isZero,
    /**
     * 1 where x > 0, else 0. A steep `HardSigmoid`, clip(2^120 x, 0, 1), because its kernel is
     * vectorised: 5 times as fast as `Sign` and 15 times as `Where` with a scalar.
     */
    isPositive: (x: string): string => e.emit('HardSigmoid', [x], e.dims(x), { alpha: STEEP, beta: 0 }),
    /** 1 where low < x < high, else 0; a power of two keeps the comparison with a limit exact. */
    isBetween: (x: string, low: number, high: number): Operand => {
      const side = (limit: number, sign: number): Operand => {
        if (Math.abs(limit) >= UNLIMITED) return 1;
        const steep = STEEP / 2 ** Math.ceil(Math.log2(Math.abs(limit) + 1));
        return e.emit('HardSigmoid', [x], e.dims(x), { alpha: sign * steep, beta: -sign * limit * steep });
      };
      const [above, below] = [side(low, 1), side(high, -1)];
      if (above === 1) return below;
      return below === 1 ? above : mul(above, below);
    },
    /**
     * `a / b`, and 0 where b is 0: the slope that is taken where there is none, as at the tip of a norm. What
     * is 0 / 0 there would spread as NaN through the whole network.
     */
    safeDivide: (a: string, b: string): string => {
      const zero = isZero(b);
      return mul(a, div(sub(1, zero), add(b, zero)));
    },
  };
}

/** Functions that move, repeat and sum elements. */
function layouts(e: Emitter) {
  const ints = (values: readonly number[]): string => e.constant(int64(values), 'ints');
  const reshape = (x: string, dims: Dims): string =>
    sameDims(e.dims(x), dims) ? x : e.emit('Reshape', [x, ints(dims)], dims);
  const reduce =
    (opType: string) =>
    /** Over `axes`; they stay with length 1 where `keep` says so. */
    (x: string, axes: Dims, keep = false): string => {
      if (axes.length === 0) return x;
      const kept = e.dims(x).map((dim, axis) => (axes.includes(axis) ? 1 : dim));
      const dims = keep ? kept : kept.filter((_, axis) => !axes.includes(axis));
      return e.emit(opType, [x, ints(axes)], dims, { keepdims: keep ? 1 : 0 });
    };
  const sum = reduce('ReduceSum');
  const slice = (
    x: string,
    axes: Dims,
    starts: Dims,
    ends: Dims,
    steps: Dims = axes.map(() => 1),
  ): string => {
    const dims = e.dims(x).map((dim, axis) => {
      const i = axes.indexOf(axis);
      return i < 0 ? dim : Math.ceil((at(ends, i) - at(starts, i)) / at(steps, i));
    });
    return e.emit('Slice', [x, ints(starts), ints(ends), ints(axes), ints(steps)], dims);
  };
  return {
    ints,
    reshape,
    sum,
    mean: reduce('ReduceMean'),
    slice,
    transpose: (x: string, perm: Dims): string => {
      const dims = e.dims(x);
      return e.emit(
        'Transpose',
        [x],
        perm.map((axis) => at(dims, axis)),
        { perm },
      );
    },
    /** Repeats along axes of length 1. */
    expand: (x: string, dims: Dims): string =>
      sameDims(e.dims(x), dims) ? x : e.emit('Expand', [x, ints(dims)], dims),
    /** Undoes a broadcast: sums to the shape `dims`. */
    sumTo: (x: string, dims: Dims): string => {
      const from = e.dims(x);
      if (sameDims(from, dims)) return x;
      const missing = from.length - dims.length;
      const axes = from.flatMap((dim, axis) => {
        const target = axis < missing ? 1 : dims[axis - missing];
        return target === 1 && (dim > 1 || axis < missing) ? [axis] : [];
      });
      const longer = axes.some((axis) => at(from, axis) > 1);
      return reshape(longer ? sum(x, axes) : x, dims);
    },
    /** `pads` in ONNX's order: all starts, then all ends; what is negative crops. */
    pad: (x: string, pads: Dims): string => {
      if (pads.every((pad) => pad === 0)) return x;
      const from = e.dims(x);
      const dims = from.map((dim, axis) => dim + at(pads, axis) + at(pads, axis + from.length));
      return e.emit('Pad', [x, ints(pads)], dims);
    },
    concat: (inputs: readonly string[], axis: number): string => {
      const [only] = inputs;
      if (only !== undefined && inputs.length === 1) return only;
      const length = inputs.reduce((total, input) => total + at(e.dims(input), axis), 0);
      const dims = e.dims(at(inputs, 0)).map((dim, i) => (i === axis ? length : dim));
      return e.emit('Concat', inputs, dims, { axis });
    },
    /** Reverses `axes`. */
    flip: (x: string, axes: Dims): string => {
      const dims = e.dims(x);
      const starts = axes.map((axis) => at(dims, axis) - 1);
      const ends = axes.map((axis) => -at(dims, axis) - 1);
      const minus = axes.map(() => -1);
      return e.emit('Slice', [x, ints(starts), ints(ends), ints(axes), ints(minus)], dims);
    },
    /** Zeros of a shape, made when they are needed and not stored. */
    zeros: (dims: Dims): string =>
      e.emit('ConstantOfShape', [ints(dims)], dims, { value: float32([1], [0]) }),
  };
}
