import { floatAttribute, intAttribute, sizeOf } from '@espalier/onnx';
import type { Dims } from '../builder.js';
import type { Rule, RuleContext } from '../rule.js';

/** Y = A B over the last two axes, the others broadcast; vectors stand for one row or column. */
export const matMul: Rule = (c) => {
  const [aDims, bDims] = [c.dims(0), c.dims(1)];
  const a = aDims.length === 1 ? c.b.reshape(c.input(0), [1, ...aDims]) : c.input(0);
  const b = bDims.length === 1 ? c.b.reshape(c.input(1), [...bDims, 1]) : c.input(1);
  const [rows, inner, columns] = [at(c, a, -2), at(c, a, -1), at(c, b, -1)];
  const batch = c.b.dims(c.dy).slice(0, Math.max(aDims.length, bDims.length, 2) - 2);
  const dy = c.b.reshape(c.dy, [...batch, rows, columns]);
  const shared = c.b.dims(b).length === 2;
  return [
    c.needs(0)
      ? c.b.reshape(
          c.b.sumTo(c.b.matMul(dy, b, [...batch, rows, inner], { transB: true }), c.b.dims(a)),
          aDims,
        )
      : null,
    c.needs(1)
      ? c.b.reshape(
          shared ? sharedWeight(c, a, dy, [inner, columns]) : batchedWeight(c, a, b, dy, batch),
          bDims,
        )
      : null,
  ];
};

const at = (c: RuleContext, name: string, axis: number): number => c.b.dims(name).at(axis) as number;

/** One weight for all rows: one large product instead of one a batch. */
function sharedWeight(c: RuleContext, a: string, dy: string, [inner, columns]: [number, number]): string {
  const rows = sizeOf(c.b.dims(a)) / inner;
  const tall = c.b.reshape(a, [rows, inner]);
  return c.b.matMul(tall, c.b.reshape(dy, [rows, columns]), [inner, columns], { transA: true });
}

function batchedWeight(c: RuleContext, a: string, b: string, dy: string, batch: Dims): string {
  const dims = [...batch, at(c, a, -1), at(c, b, -1)];
  const missing = batch.length + 2 - c.b.dims(a).length;
  // A has to show the batch axes that only B has, or the product would not keep them apart.
  const full = c.b.reshape(a, [...Array.from({ length: missing }, () => 1), ...c.b.dims(a)]);
  return c.b.sumTo(c.b.matMul(full, dy, dims, { transA: true }), c.b.dims(b));
}

/** Y = alpha A' B' + beta C. */
export const gemm: Rule = (c) => {
  const alpha = floatAttribute(c.node, 'alpha', 1);
  const beta = floatAttribute(c.node, 'beta', 1);
  const transA = intAttribute(c.node, 'transA', 0) === 1;
  const transB = intAttribute(c.node, 'transB', 0) === 1;
  const [a, w] = [c.input(0), c.input(1)];
  const dy = alpha === 1 ? c.dy : c.b.binary('Mul', c.dy, c.b.scalar(alpha));
  const da = (): string =>
    transA
      ? c.b.matMul(w, dy, c.dims(0), { transA: transB, transB: true })
      : c.b.matMul(dy, w, c.dims(0), { transB: !transB });
  const dw = (): string =>
    transB
      ? c.b.matMul(dy, a, c.dims(1), { transA: true, transB: transA })
      : c.b.matMul(a, dy, c.dims(1), { transA: !transA });
  const dc = (): string => {
    const summed = c.b.sumTo(c.dy, c.dims(2));
    return beta === 1 ? summed : c.b.binary('Mul', summed, c.b.scalar(beta));
  };
  return [c.needs(0) ? da() : null, c.needs(1) ? dw() : null, c.input(2) !== '' && c.needs(2) ? dc() : null];
};
