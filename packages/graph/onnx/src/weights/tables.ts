import { at } from '../graph/at.js';
import { floatsOf, type Tensor } from '../graph/tensor.js';

const known = new WeakMap<object, boolean>();

/**
 * Whether a float initializer is a table that was computed and not learned: a mask, the sines and cosines
 * of positions, or the frequencies these are made of.
 */
export function isTable(tensor: Tensor): boolean {
  const before = known.get(tensor.data);
  if (before !== undefined) return before;
  const found = isMask(tensor) || isSinusoid(tensor) || isFrequencies(tensor);
  known.set(tensor.data, found);
  return found;
}

/** One number throughout. */
export const isConstant = (tensor: Tensor): boolean => {
  const values = floatsOf(tensor);
  return values.every((value) => value === values[0]);
};

const longAxes = ({ dims }: Tensor): number[] => dims.filter((dim) => dim > 1);

/** Numbers up to this hide, added to the scores of a mask. */
const HIDDEN = -1e3;

/** A matrix of zeros and either ones (of either sign) or numbers that hide; both are there. */
function isMask(tensor: Tensor): boolean {
  if (longAxes(tensor).length < 2) return false;
  const values = floatsOf(tensor);
  const other = values.find((value) => value !== 0);
  const marks = other !== undefined && (Math.abs(other) === 1 || other <= HIDDEN);
  return marks && values.includes(0) && values.every((value) => value === 0 || value === other);
}

/**
 * A table [positions, width] of sines and cosines, side by side or one half each (Vaswani et al., 2017):
 * the first position has sine 0 and cosine 1, and the squares of each position sum to width / 2.
 */
function isSinusoid(tensor: Tensor): boolean {
  const sizes = longAxes(tensor);
  const [positions, width] = [sizes[0] ?? 0, sizes[1] ?? 0];
  if (sizes.length !== 2 || width % 2 === 1) return false;
  const values = floatsOf(tensor);
  const first = values.subarray(0, width);
  const ones = first.filter((value) => value === 1).length;
  if (ones !== width / 2 || first.some((value) => value !== 0 && value !== 1)) return false;
  return Array.from({ length: positions }, (_, row) => values.subarray(row * width, (row + 1) * width)).every(
    (row) => Math.abs(row.reduce((sum, value) => sum + value * value, 0) - width / 2) < 1e-3 * width,
  );
}

/** 1, q, q², ... with 0 < q < 1. */
function isFrequencies(tensor: Tensor): boolean {
  const values = floatsOf(tensor);
  const ratio = (values[1] ?? 0) / (values[0] ?? 1);
  if (longAxes(tensor).length !== 1 || values.length < 3) return false;
  if (values[0] !== 1 || ratio <= 0 || ratio >= 1) return false;
  return values.every((value, i) => i === 0 || Math.abs(value / at(values, i - 1) / ratio - 1) < 1e-4);
}
