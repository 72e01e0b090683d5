import { at } from './at.js';
import { floatsOf, sizeOf, type Tensor } from './tensor.js';

/** A float tensor with its axes in another order: axis i of the result is axis `perm[i]`. O(elements). */
export function permute(tensor: Tensor, perm: readonly number[]): Tensor {
  const strides = tensor.dims.map((_, axis) => sizeOf(tensor.dims.slice(axis + 1)));
  const dims = perm.map((axis) => at(tensor.dims, axis));
  const steps = perm.map((axis) => at(strides, axis));
  const source = floatsOf(tensor);
  const data = new Float32Array(source.length);
  const place = dims.map(() => 0);
  // This runs for every weight of a network, so that places inside of the arrays are not checked.
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
