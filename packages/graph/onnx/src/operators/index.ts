import type { GraphNode } from '../graph/model.js';
import type { OperatorFacts } from './facts.js';
import { table } from './table.js';

export type { OperatorFacts, WeightRole } from './facts.js';

type Operator = Pick<GraphNode, 'domain' | 'opType'>;

const nothing: OperatorFacts = {};

/** Properties of a node's operator; none of an operator of another domain than the standard one. */
export const factsOf = ({ domain, opType }: Operator): OperatorFacts =>
  domain === '' && Object.hasOwn(table, opType) ? (table[opType] ?? nothing) : nothing;

/** Tells whether a node is of one of some operators of the standard domain. */
export const isOperator = ({ domain, opType }: Operator, ...opTypes: readonly string[]): boolean =>
  domain === '' && opTypes.includes(opType);

/** Tells whether no gradient passes a node, because its result changes by jumps or not at all. */
export const stopsGradient = (node: Operator): boolean => factsOf(node).jumps === true;

/** Tells whether the result of a node depends on values of its inputs, and not on their shapes alone. */
export const readsValues = (node: Operator): boolean => factsOf(node).readsShape !== true;
