import { stringAttribute } from '@espalier/onnx';
import { AutodiffError } from '../errors.js';
import type { Rule, RuleContext } from '../rule.js';

/**
 * The gradient of one operand of a sum of products is the sum of products of dy with the others, with
 * the operand's own indices left over: for `ij,jk->ik`, dA is `ik,jk->ij`.
 */
export const einsum: Rule = (c) => {
  const equation = stringAttribute(c.node, 'equation', '').replace(/\s/g, '');
  const [left = '', result] = equation.split('->');
  const terms = left.split(',');
  const plain =
    result !== undefined && [...terms, result].every((term) => /^[a-zA-Z]*$/.test(term) && isSet(term));
  if (!plain)
    throw new AutodiffError(
      `Einsum '${c.node.name}' has the equation ${equation}, whose gradient is not known`,
    );
  return terms.map((term, i) => (c.needs(i) ? operandGradient(c, terms, result, term, i) : null));
};

/** Whether no index is there twice, as in a trace. */
const isSet = (term: string): boolean => new Set(term).size === term.length;

function operandGradient(
  c: RuleContext,
  terms: readonly string[],
  result: string,
  term: string,
  index: number,
): string {
  const others = terms.flatMap((other, i) => (i === index ? [] : [{ term: other, input: c.input(i) }]));
  const seen = new Set([result, ...others.map((other) => other.term)].join(''));
  // What is summed over this operand alone leaves the same gradient everywhere.
  const kept = [...term].filter((letter) => seen.has(letter)).join('');
  const dims = c.dims(index);
  const inputs = [c.dy, ...others.map((other) => other.input)];
  const equation = `${[result, ...others.map((other) => other.term)].join(',')}->${kept}`;
  const keptDims = [...kept].map((letter) => dims[term.indexOf(letter)] as number);
  const gradient = c.b.emit('Einsum', inputs, keptDims, { equation });
  if (kept === term) return gradient;
  const spread = [...term].map((letter, axis) => (kept.includes(letter) ? (dims[axis] as number) : 1));
  return c.b.emit('Expand', [c.b.reshape(gradient, spread), c.b.ints(dims)], dims);
}
