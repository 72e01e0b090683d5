import { int64, node, type Tensor } from '@espalier/onnx';
import { spreadValues, type NumericCase } from './numeric.js';

type Attributes = Parameters<typeof node>[3];

/** One node `op` over inputs of the given shapes, and constants behind them. */
export function single(
  op: string,
  shapes: readonly (readonly number[] | Tensor)[],
  options: {
    readonly attributes?: Attributes;
    readonly constants?: readonly (Tensor | null)[];
    readonly outputs?: number;
    readonly lower?: boolean;
  } = {},
): NumericCase {
  const { attributes, constants = [], outputs = 1, lower = false } = options;
  const inputs = Object.fromEntries(
    shapes.map((shape, i) => [`x${i}`, 'dtype' in shape ? shape : spreadValues(`${op} ${i}`, shape)]),
  );
  const named = constants.map((tensor, i) => [tensor === null ? '' : `c${i}`, tensor] as const);
  const made = node(
    op,
    [...Object.keys(inputs), ...named.map(([name]) => name)],
    Array.from({ length: outputs }, (_, i) => `y${i}`),
    attributes,
  );
  const given = named.filter((entry): entry is readonly [string, Tensor] => entry[1] !== null);
  return { nodes: [made], inputs, constants: Object.fromEntries(given), lower };
}

export const positive = (dims: readonly number[]): Tensor => spreadValues('positive', dims, 0.5, 1.7);
export const ints = (...values: number[]): Tensor => int64(values);
