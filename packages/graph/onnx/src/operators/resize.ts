import { OnnxError } from '../errors.js';
import { at } from '../graph/at.js';
import {
  describeNode,
  floatAttribute,
  intAttribute,
  intsAttribute,
  stringAttribute,
  type GraphNode,
} from '../graph/model.js';

/** The resizing of one axis: `weights` is [to, from], row by row. */
export interface ResizedAxis {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly weights: Float32Array;
}

/** The place in the input of a place of the result, in pixels of the input. */
type Coordinate = (place: number, axis: { from: number; to: number; scale: number }) => number;

const coordinates: Readonly<Record<string, Coordinate>> = {
  half_pixel: (x, { scale }) => (x + 0.5) / scale - 0.5,
  half_pixel_symmetric: (x, { from, to, scale }) =>
    (from / 2) * (1 - to / (scale * from)) + (x + 0.5) / scale - 0.5,
  pytorch_half_pixel: (x, { to, scale }) => (to > 1 ? (x + 0.5) / scale - 0.5 : 0),
  align_corners: (x, { from, to }) => (to === 1 ? 0 : (x * (from - 1)) / (to - 1)),
  asymmetric: (x, { scale }) => x / scale,
};

const roundings: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** A weight of a place of the input at some distance, in pixels. */
type Kernel = (distance: number) => number;

/** Keys's cubic convolution (1981). */
const cubic =
  (a: number): Kernel =>
  (distance) => {
    const x = Math.abs(distance);
    if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
  };

const triangle: Kernel = (distance) => Math.max(0, 1 - Math.abs(distance));

/**
 * The matrices that a Resize of fixed sizes multiplies the axes by: it is linear, whatever its mode.
 *
 * @param scales as the node gives them, null where it gives sizes
 * @throws OnnxError for a form that is not known
 */
export function resizedAxes(
  node: GraphNode,
  from: readonly number[],
  to: readonly number[],
  scales: readonly number[] | null,
): ResizedAxis[] {
  const named = intsAttribute(node, 'axes')?.map((axis) => (axis + from.length) % from.length);
  return from.flatMap((length, axis) => {
    const target = at(to, axis);
    const place = named === undefined ? axis : named.indexOf(axis);
    const scale = (place < 0 ? undefined : scales?.[place]) ?? target / length;
    if (target === length && scale === 1) return [];
    return [{ axis, from: length, to: target, weights: weightsOf(node, length, target, scale) }];
  });
}

function weightsOf(node: GraphNode, from: number, to: number, scale: number): Float32Array {
  const name = stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel');
  const coordinate = coordinates[name];
  if (coordinate === undefined) {
    throw new OnnxError(
      `${describeNode(node)} has the coordinate transformation ${name}, which has no gradient rule`,
    );
  }
  const weights = new Float32Array(to * from);
  for (let row = 0; row < to; row++) {
    const center = coordinate(row, { from, to, scale });
    for (const [place, weight] of tapsOf(node, center, from, scale)) {
      const column = Math.min(from - 1, Math.max(0, place));
      weights[row * from + column] = at(weights, row * from + column) + weight;
    }
  }
  return weights;
}

/** The places that one place of the result is made of, some of them beyond the edge, and their weights. */
function tapsOf(node: GraphNode, center: number, from: number, scale: number): (readonly [number, number])[] {
  const mode = stringAttribute(node, 'mode', 'nearest');
  if (mode === 'nearest') {
    const rounding = roundings[stringAttribute(node, 'nearest_mode', 'round_prefer_floor')];
    return [[(rounding ?? Math.round)(center), 1]];
  }
  const antialias = intAttribute(node, 'antialias', 0) === 1 && scale < 1;
  const stretch = antialias ? scale : 1;
  const reach = (mode === 'cubic' ? 2 : 1) / stretch;
  const kernel = mode === 'cubic' ? cubic(floatAttribute(node, 'cubic_coeff_a', -0.75)) : triangle;
  const inside = intAttribute(node, 'exclude_outside', 0) === 1 && (antialias || mode === 'cubic');
  const middle = mode === 'linear' && !antialias ? Math.min(from - 1, Math.max(0, center)) : center;
  const first = Math.floor(middle - reach) + 1;
  const taps = Array.from({ length: Math.ceil(2 * reach) + 1 }, (_, i): readonly [number, number] => [
    first + i,
    kernel((first + i - middle) * stretch),
  ]).filter(([place, weight]) => weight !== 0 && (!inside || (place >= 0 && place < from)));
  const sum = taps.reduce((total, [, weight]) => total + weight, 0);
  return inside || antialias ? taps.map(([place, weight]) => [place, weight / sum]) : taps;
}
