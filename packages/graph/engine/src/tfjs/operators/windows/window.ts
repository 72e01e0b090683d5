import { at, intAttribute, intsAttribute, stringAttribute, type GraphNode } from '@espalier/onnx';
import { refuse } from '../operator.js';

/** A sliding window over height and width; an axis that is not there has one place. */
export interface Window {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  /** Padding in front, and behind as far as the last window reaches; less than 0 where input is left over. */
  readonly start: Pair;
  readonly end: Pair;
  /** Padding behind that the node asks for. */
  readonly asked: Pair;
}

type Pair = readonly [number, number];

/** Two numbers for one or two: the height of a sequence comes in front. */
const paired = (values: readonly number[], height: number): Pair =>
  values.length === 1 ? [height, at(values, 0)] : [at(values, 0), at(values, 1)];

/**
 * The window of a convolution or pooling (ONNX specification, Conv and MaxPool).
 *
 * @param kernel its extent, one or two axes
 * @param input extent of the input
 * @throws EngineError for three axes and more
 */
export function windowOf(node: GraphNode, kernel: readonly number[], input: readonly number[]): Window {
  if (kernel.length > 2) throw refuse(node, `it has ${kernel.length} axes besides batch and channels`);
  const ones = kernel.map(() => 1);
  const strides = intsAttribute(node, 'strides') ?? ones;
  const dilations = intsAttribute(node, 'dilations') ?? ones;
  const reach = kernel.map((size, i) => (size - 1) * at(dilations, i) + 1);
  const pads = padsOf(node, reach, strides, input);
  const end = reach.map((size, i) => {
    const [extent, start, behind, stride] = [
      at(input, i),
      at(pads.start, i),
      at(pads.end, i),
      at(strides, i),
    ];
    const places = positionsOf(node, extent, start, behind, size, stride);
    return (places - 1) * stride + size - extent - start;
  });
  return {
    kernel: paired(kernel, 1),
    // A height of one is passed in one step of any stride; TensorFlow wants both strides equal.
    strides: paired(strides, at(strides, 0)),
    dilations: paired(dilations, 1),
    start: paired(pads.start, 0),
    end: paired(end, 0),
    asked: paired(pads.end, 0),
  };
}

/** The number of times that the window fits; with `ceil_mode` a last one may hang over, if it begins inside. */
function positionsOf(
  node: GraphNode,
  extent: number,
  start: number,
  end: number,
  reach: number,
  stride: number,
): number {
  const steps = (extent + start + end - reach) / stride;
  if (intAttribute(node, 'ceil_mode', 0) === 0) return Math.floor(steps) + 1;
  const places = Math.ceil(steps) + 1;
  return (places - 1) * stride >= extent + start ? places - 1 : places;
}

function padsOf(
  node: GraphNode,
  reach: readonly number[],
  strides: readonly number[],
  input: readonly number[],
): { readonly start: readonly number[]; readonly end: readonly number[] } {
  const auto = stringAttribute(node, 'auto_pad', 'NOTSET');
  const none = reach.map(() => 0);
  if (auto === 'VALID') return { start: none, end: none };
  if (auto === 'NOTSET') {
    const pads = intsAttribute(node, 'pads') ?? [...none, ...none];
    return { start: pads.slice(0, reach.length), end: pads.slice(reach.length) };
  }
  const total = reach.map((size, i) => {
    const [extent, stride] = [at(input, i), at(strides, i)];
    return Math.max(0, (Math.ceil(extent / stride) - 1) * stride + size - extent);
  });
  const less = total.map((pad) => Math.floor(pad / 2));
  const more = total.map((pad, i) => pad - at(less, i));
  return auto === 'SAME_UPPER' ? { start: less, end: more } : { start: more, end: less };
}
