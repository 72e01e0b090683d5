import type { Tensor } from '@espalier/onnx';
import type { Dims } from './builder.js';

/**
 * How a parameter lies in memory inside a training step, as a permutation of the axes it has in the
 * model: `stepDims[i] = modelDims[perm[i]]`.
 */
export interface Layout {
  readonly perm: readonly number[];
}

/** The order of [O, C, ...kernel] in which a convolution is a product with columns: [O, ...kernel, C]. */
export const columnLayout = (rank: number): Layout => ({
  perm: [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1],
});

export const layoutDims = (layout: Layout, dims: Dims): Dims =>
  layout.perm.map((axis) => dims[axis] as number);

export const toStepLayout = (layout: Layout, tensor: Tensor): Tensor => permute(tensor, layout.perm);

export const toModelLayout = (layout: Layout, tensor: Tensor): Tensor =>
  permute(
    tensor,
    layout.perm.map((_, axis) => layout.perm.indexOf(axis)),
  );

/** Transposes a float tensor; O(elements). */
function permute(tensor: Tensor, perm: readonly number[]): Tensor {
  const strides = tensor.dims.map((_, axis) => tensor.dims.slice(axis + 1).reduce((a, b) => a * b, 1));
  const dims = perm.map((axis) => tensor.dims[axis] as number);
  const steps = perm.map((axis) => strides[axis] as number);
  const source = tensor.data as Float32Array;
  const data = new Float32Array(source.length);
  const place = dims.map(() => 0);
  for (let to = 0, from = 0; to < data.length; to++) {
    data[to] = source[from] as number;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += steps[axis] as number;
      place[axis] = (place[axis] as number) + 1;
      if ((place[axis] as number) < (dims[axis] as number)) break;
      from -= (dims[axis] as number) * (steps[axis] as number);
      place[axis] = 0;
    }
  }
  return { dtype: tensor.dtype, dims, data };
}
