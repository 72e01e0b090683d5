import { lookUp, at, stringAttribute, take } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { product, refuse, type Operator, type OperatorContext } from '../operator.js';

/** A tensor and the letter of each of its axes. */
interface Term {
  readonly letters: string;
  readonly tensor: tf.Tensor;
}

/** Products of two operands after another; TensorFlow.js's own einsum has no gradient. */
export const einsum: Operator = (c) => {
  const { terms, result } = equationOf(c);
  const operands = terms.map((letters, i): Term => ({ letters, tensor: c.input(i) }));
  const whole = operands.reduce((left, right, i) => {
    const later = new Set([result, ...terms.slice(i + 1)].join(''));
    return multiply(left, right, later);
  });
  const summed = sumOut(whole, new Set(result));
  return inOrder(summed, result);
};

function equationOf(c: OperatorContext): { readonly terms: readonly string[]; readonly result: string } {
  const equation = stringAttribute(c.node, 'equation', '').replace(/\s/g, '');
  const [left = '', right] = equation.split('->');
  const terms = left.split(',');
  const result = right ?? impliedResult(terms);
  const plain = [...terms, result].every(
    (term) => /^[a-zA-Z]*$/.test(term) && new Set(term).size === term.length,
  );
  if (!plain) throw refuse(c.node, `its equation is ${equation}`);
  return { terms, result };
}

/** The letters that are there once, by the alphabet. */
function impliedResult(terms: readonly string[]): string {
  const all = [...terms.join('')];
  return all
    .filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter))
    .sort()
    .join('');
}

function sumOut({ letters, tensor }: Term, kept: ReadonlySet<string>): Term {
  const axes = [...letters].flatMap((letter, axis) => (kept.has(letter) ? [] : [axis]));
  if (axes.length === 0) return { letters, tensor };
  return {
    letters: [...letters].filter((letter) => kept.has(letter)).join(''),
    tensor: tf.sum(tensor, axes),
  };
}

const inOrder = ({ letters, tensor }: Term, order: string): tf.Tensor =>
  tf.transpose(
    tensor,
    [...order].map((letter) => letters.indexOf(letter)),
  );

/** As one batched matrix product: [both and later, left, both and summed] times [.., summed, right]. */
function multiply(left: Term, right: Term, later: ReadonlySet<string>): Term {
  const a = sumOut(left, new Set([...later, ...right.letters]));
  const b = sumOut(right, new Set([...later, ...left.letters]));
  const shared = [...a.letters].filter((letter) => b.letters.includes(letter));
  const batch = shared.filter((letter) => later.has(letter)).join('');
  const inner = shared.filter((letter) => !later.has(letter)).join('');
  const rows = [...a.letters].filter((letter) => !b.letters.includes(letter)).join('');
  const columns = [...b.letters].filter((letter) => !a.letters.includes(letter)).join('');
  const dims = new Map(
    [a, b].flatMap(({ letters, tensor }) =>
      [...letters].map((letter, i) => [letter, at(tensor.shape, i)] as const),
    ),
  );
  const extent = (letters: string): number[] => [...letters].map((letter) => lookUp(dims, letter));
  const sizes = [batch, rows, inner, columns].map((letters) => product(extent(letters)));
  const [count, height, depth, width] = take(sizes, 4);
  const y = tf.matMul(
    tf.reshape(inOrder(a, batch + rows + inner), [count, height, depth]),
    tf.reshape(inOrder(b, batch + inner + columns), [count, depth, width]),
  );
  return { letters: batch + rows + columns, tensor: tf.reshape(y, extent(batch + rows + columns)) };
}
