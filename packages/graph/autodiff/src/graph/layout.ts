import { at, permute, type Tensor } from '@espalier/onnx';
import type { Dims } from './dims.js';

/**
 * Memory layout of a parameter inside a training step, as a permutation of the axes it has in the
 * model: `stepDims[i] = modelDims[perm[i]]`.
 */
export interface Layout {
  readonly perm: readonly number[];
}

/** The order of [O, C, ...kernel] in which a convolution is a product with columns: [O, ...kernel, C]. */
export const columnLayout = (rank: number): Layout => ({
  perm: [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1],
});

export const layoutDims = (layout: Layout, dims: Dims): Dims => layout.perm.map((axis) => at(dims, axis));

export const toStepLayout = (layout: Layout, tensor: Tensor): Tensor => permute(tensor, layout.perm);

export const toModelLayout = (layout: Layout, tensor: Tensor): Tensor =>
  permute(
    tensor,
    layout.perm.map((_, axis) => layout.perm.indexOf(axis)),
  );
