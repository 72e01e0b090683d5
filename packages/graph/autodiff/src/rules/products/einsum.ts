import { at, describeNode, stringAttribute } from '@espalier/onnx';
import { AutodiffError } from '../../errors.js';
import type { Rule, RuleContext } from '../rule.js';

/**
 * The gradient of one operand of a sum of products is the sum of products of dy with the others, with
 * the operand's own indices left over: for `ij,jk->ik`, dA is `ik,jk->ij`.
 */
export const einsum: Rule = {
  each: (c, index) => {
    const { terms, result } = equationOf(c);
    const term = at(terms, index);
    const dims = c.dims(c.input(index));
    const others = [...terms.keys()].filter((i) => i !== index);
    const read = [result, ...others.map((i) => at(terms, i))];
    const lengthOf = (letter: string): number => at(dims, term.indexOf(letter));
    // What is summed over this operand alone leaves the same gradient everywhere.
    const kept = [...term].filter((letter) => read.some((other) => other.includes(letter)));
    const inputs = [c.dy, ...others.map(c.input)];
    const equation = `${read.join(',')}->${kept.join('')}`;
    const gradient = c.emit('Einsum', inputs, kept.map(lengthOf), { equation });
    const spread = [...term].map((letter) => (kept.includes(letter) ? lengthOf(letter) : 1));
    return c.expand(c.reshape(gradient, spread), dims);
  },
};

interface Equation {
  readonly terms: readonly string[];
  readonly result: string;
}

/** Tells whether no index is there twice, as in a trace. */
const isSet = (term: string): boolean => new Set(term).size === term.length;

function equationOf({ node }: RuleContext): Equation {
  const equation = stringAttribute(node, 'equation', '').replace(/\s/g, '');
  const [left = '', result] = equation.split('->');
  const terms = left.split(',');
  if (result !== undefined && [...terms, result].every((term) => /^[a-zA-Z]*$/.test(term) && isSet(term))) {
    return { terms, result };
  }
  throw new AutodiffError(
    `${describeNode(node)} has the equation ${equation}, for which there is no gradient rule`,
  );
}
