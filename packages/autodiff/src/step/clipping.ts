import type { GraphBuilder } from './builder.js';

/**
 * Scales all gradients down together so that their global L2 norm is at most `limit`
 * (Pascanu et al., 2013), as PyTorch's `clip_grad_norm_`.
 *
 * @param limit name of a tensor [1]
 * @returns the clipped gradients and the norm before clipping
 */
export function clipByGlobalNorm(
  b: GraphBuilder,
  gradients: ReadonlyMap<string, string>,
  limit: string,
): { readonly gradients: Map<string, string>; readonly norm: string } {
  const squares = [...gradients.values()].map((gradient) =>
    b.emit('ReduceSumSquare', [gradient], [], { keepdims: 0 }),
  );
  const total = squares.length === 1 ? (squares[0] as string) : b.emit('Sum', squares, []);
  const norm = b.unary('Sqrt', total);
  const ratio = b.binary('Div', limit, b.binary('Add', norm, b.scalar(1e-6)));
  const factor = b.emit('Min', [ratio, b.scalar(1)], [1]);
  const clipped = [...gradients].map(
    ([name, gradient]) => [name, b.binary('Mul', gradient, factor)] as const,
  );
  return { gradients: new Map(clipped), norm };
}
