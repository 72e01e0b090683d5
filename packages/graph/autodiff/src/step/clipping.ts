import type { Writer } from '../graph/algebra.js';
import type { Dims } from '../graph/dims.js';

/**
 * Scales all gradients down together so that their global L2 norm is at most `limit`
 * (Pascanu et al., 2013), as PyTorch's `clip_grad_norm_`.
 *
 * @param limit name of a tensor [1], or [K, 1, 1] for gradients of K heads
 * @param axes that a norm goes over; all by default
 * @returns the clipped gradients and the norm before clipping: a scalar, or [K, 1, 1]
 */
export function clipByGlobalNorm(
  m: Writer,
  gradients: ReadonlyMap<string, string>,
  limit: string,
  axes: Dims = [],
): { readonly gradients: Map<string, string>; readonly norm: string } {
  const each = axes.length > 0;
  const dims = each ? m.dims(limit) : [];
  const squares = [...gradients.values()].map((gradient) =>
    m.emit('ReduceSumSquare', each ? [gradient, m.ints(axes)] : [gradient], dims, { keepdims: each ? 1 : 0 }),
  );
  const norm = m.sqrt(m.total(squares, dims));
  const factor = m.min(m.div(limit, m.add(norm, 1e-6)), 1);
  const clipped = [...gradients].map(([name, gradient]) => [name, m.mul(gradient, factor)] as const);
  return { gradients: new Map(clipped), norm };
}
