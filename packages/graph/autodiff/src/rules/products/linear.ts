import { at, floatAttribute, intAttribute, sizeOf } from '@espalier/onnx';
import type { Rule, RuleContext } from '../rule.js';

/** Y = A B over the last two axes, the others broadcast; vectors stand for one row or column. */
export const matMul: Rule = [
  (c) => {
    const { b, dy } = matricesOf(c);
    return c.matMul(dy, b, { transB: true });
  },
  (c) => {
    const { a, b, dy } = matricesOf(c);
    const dims = c.dims(b);
    if (dims.length > 2) return c.matMul(a, dy, { transA: true });
    // One weight for all rows: one large product instead of one a batch.
    const inner = at(dims, 0);
    const tall = c.reshape(a, [sizeOf(c.dims(a)) / inner, inner]);
    const rows = c.reshape(dy, [sizeOf(c.dims(dy)) / at(dims, 1), at(dims, 1)]);
    return c.reshape(c.matMul(tall, rows, { transA: true }), c.dims(c.b));
  },
];

/** A as [..., rows, inner], B as [..., inner, columns], dy as [..., rows, columns]. */
function matricesOf(c: RuleContext): { readonly a: string; readonly b: string; readonly dy: string } {
  const [aDims, bDims] = [c.dims(c.a), c.dims(c.b)];
  const batch = c.dims(c.dy).slice(0, Math.max(aDims.length, bDims.length, 2) - 2);
  // A has to show the batch axes that only B has, or the product for B would not keep them apart.
  const missing = Math.max(0, bDims.length - Math.max(2, aDims.length));
  const row = [...Array.from({ length: missing }, () => 1), ...(aDims.length === 1 ? [1] : []), ...aDims];
  const column = bDims.length === 1 ? [...bDims, 1] : bDims;
  return {
    a: c.reshape(c.a, row),
    b: c.reshape(c.b, column),
    dy: c.reshape(c.dy, [...batch, at(row, -2), at(column, -1)]),
  };
}

/** Y = alpha A' B' + beta C. */
export const gemm: Rule = [
  (c) => {
    const { alpha, transA, transB } = formOf(c);
    const dy = c.mul(c.dy, alpha);
    return transA
      ? c.matMul(c.b, dy, { transA: transB, transB: true })
      : c.matMul(dy, c.b, { transB: !transB });
  },
  (c) => {
    const { alpha, transA, transB } = formOf(c);
    const dy = c.mul(c.dy, alpha);
    return transB
      ? c.matMul(dy, c.a, { transA: true, transB: transA })
      : c.matMul(c.a, dy, { transA: !transA });
  },
  (c) => c.mul(c.sumTo(c.dy, c.dims(c.input(2))), formOf(c).beta),
];

const formOf = ({ node }: RuleContext) => ({
  alpha: floatAttribute(node, 'alpha', 1),
  beta: floatAttribute(node, 'beta', 1),
  transA: intAttribute(node, 'transA', 0) === 1,
  transB: intAttribute(node, 'transB', 0) === 1,
});
