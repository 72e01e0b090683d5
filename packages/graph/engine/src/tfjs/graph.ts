import {
  lookUp,
  at,
  describeNode,
  numbersOf,
  stopsGradient,
  type Graph,
  type GraphNode,
  type Model,
  type Tensor,
} from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { EngineError } from '../errors.js';
import { operators } from './operators/index.js';
import type { Operator, OperatorContext } from './operators/operator.js';
import { isFloat, toTf } from './tensors.js';

/** Constants of graphs as TensorFlow.js has them; graphs that share one hold it once. */
export interface Constants {
  of(tensor: Tensor, name: string): tf.Tensor;
  dispose(): void;
}

export function createConstants(): Constants {
  const held = new Map<Tensor, tf.Tensor>();
  return {
    of: (tensor, name) => {
      const known = held.get(tensor) ?? tf.keep(toTf(tensor, name));
      held.set(tensor, known);
      return known;
    },
    dispose: () => {
      for (const tensor of held.values()) tensor.dispose();
      held.clear();
    },
  };
}

export type Values = ReadonlyMap<string, tf.Tensor>;

/** A graph that TensorFlow.js computes, and differentiates where it is asked to. */
export interface CompiledGraph {
  /** The outputs, which are the caller's; what is fed stays as it is. */
  run(feeds: Values): Map<string, tf.Tensor>;
}

/** A node, its operator, and the tensors that no node behind it reads. */
interface Step {
  readonly node: GraphNode;
  readonly operator: Operator;
  readonly spent: readonly string[];
}

/**
 * Reads a graph, whose nodes are in order.
 *
 * @throws EngineError for a node whose operator there is none for, or a constant that cannot be held
 */
export function compileGraph({ graph }: Model, constants: Constants): CompiledGraph {
  const steps = stepsOf(graph);
  const fixed = new Map([...graph.initializers].map(([name, tensor]) => [name, constants.of(tensor, name)]));
  const numbers = new Map(
    [...graph.initializers]
      .filter(([, { dtype, data }]) => dtype !== 'float32' || data.length <= 1)
      .map(([name, tensor]) => [name, numbersOf(tensor)]),
  );
  return {
    run: (feeds) => {
      const values = new Map([...fixed, ...feeds]);
      for (const { node, operator, spent } of steps) {
        const results = compute(node, operator, contextOf(node, values, numbers));
        node.outputs.forEach((name, i) => {
          if (name !== '') values.set(name, at(results, i));
          else results[i]?.dispose();
        });
        results.slice(node.outputs.length).forEach((extra) => extra.dispose());
        for (const name of spent) values.get(name)?.dispose();
      }
      // A graph may hand on what it is fed.
      const given = (name: string): boolean => feeds.has(name) || fixed.has(name);
      return new Map(
        graph.outputs.map(({ name }) => {
          const value = lookUp(values, name);
          return [name, given(name) ? tf.clone(value) : value];
        }),
      );
    },
  };
}

function stepsOf(graph: Graph): Step[] {
  const made = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const wanted = new Set(graph.outputs.map(({ name }) => name));
  const steps: Step[] = [];
  for (const node of graph.nodes.toReversed()) {
    const operator =
      node.domain === '' && Object.hasOwn(operators, node.opType) ? operators[node.opType] : undefined;
    if (operator === undefined) {
      throw new EngineError(
        `TensorFlow.js has no operator for ${describeNode(node)}; use the engine onnx, or a backbone without this operator`,
      );
    }
    const spent = [...new Set([...node.outputs, ...node.inputs])].filter(
      (name) => made.has(name) && !wanted.has(name),
    );
    spent.forEach((name) => wanted.add(name));
    steps.push({ node, operator, spent });
  }
  return steps.toReversed();
}

function contextOf(
  node: GraphNode,
  values: Values,
  numbers: ReadonlyMap<string, readonly number[]>,
): OperatorContext {
  const optional = (index: number): tf.Tensor | null => values.get(node.inputs[index] ?? '') ?? null;
  return {
    node,
    inputs: node.inputs.flatMap((name) => values.get(name) ?? []),
    optional,
    input: (index) => {
      const found = optional(index);
      if (found === null) throw new EngineError(`${describeNode(node)} lacks its input ${index}`);
      return found;
    },
    numbers: (index) => {
      const values = optional(index);
      const computed = (): number[] | null => (values === null ? null : Array.from(values.dataSync()));
      return numbers.get(node.inputs[index] ?? '') ?? computed();
    },
  };
}

/** One node; what it makes on the way is freed, unless a gradient will need it. */
function compute(node: GraphNode, operator: Operator, context: OperatorContext): tf.Tensor[] {
  const apply = (): tf.Tensor[] => {
    const results = operator(context);
    return 'length' in results ? [...results] : [results];
  };
  try {
    return tf.tidy(() => {
      const stops = stopsGradient(node) && context.inputs.some(isFloat);
      return stops ? [withoutGradient(context.inputs, () => at(apply(), 0))] : apply();
    });
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError(`TensorFlow.js cannot compute ${describeNode(node)}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** A result that changes by jumps: TensorFlow.js has no gradient of a comparison, and needs one of zeros. */
function withoutGradient(inputs: readonly tf.Tensor[], make: () => tf.Tensor): tf.Tensor {
  const zeros = (): tf.Tensor[] => inputs.map(({ shape }) => tf.zeros(shape));
  return tf.customGrad(() => ({ value: make(), gradFunc: zeros }))(...inputs);
}
