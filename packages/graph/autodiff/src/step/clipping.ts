import type { Writer } from '../graph/algebra.js';

/**
 * Scales all gradients down together so that their global L2 norm is at most `limit`
 * (Pascanu et al., 2013), as PyTorch's `clip_grad_norm_`.
 *
 * @param limit name of a tensor [1]
 * @returns the clipped gradients and the norm before clipping
 */
export function clipByGlobalNorm(
  m: Writer,
  gradients: ReadonlyMap<string, string>,
  limit: string,
): { readonly gradients: Map<string, string>; readonly norm: string } {
  const squares = [...gradients.values()].map((gradient) =>
    m.emit('ReduceSumSquare', [gradient], [], { keepdims: 0 }),
  );
  const norm = m.sqrt(m.total(squares, []));
  const factor = m.min(m.div(limit, m.add(norm, 1e-6)), 1);
  const clipped = [...gradients].map(([name, gradient]) => [name, m.mul(gradient, factor)] as const);
  return { gradients: new Map(clipped), norm };
}
