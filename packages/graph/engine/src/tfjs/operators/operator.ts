import { describeNode, type GraphNode } from '@espalier/onnx';
import type * as tf from '@tensorflow/tfjs-core';
import { EngineError } from '../../errors.js';

/** The node that an operator computes, and its inputs. */
export interface OperatorContext {
  readonly node: GraphNode;
  /** All inputs that are given, in order; optional ones that are left out are missing. */
  readonly inputs: readonly tf.Tensor[];
  /** @throws EngineError where it is left out */
  readonly input: (index: number) => tf.Tensor;
  /** Null where it is left out. */
  readonly optional: (index: number) => tf.Tensor | null;
  /** The value of an input that says how, such as a shape or axes; null where it is left out. */
  readonly numbers: (index: number) => readonly number[] | null;
}

/** One ONNX operator with TensorFlow.js's: its outputs in order. All are new tensors, none is an input. */
export type Operator = (context: OperatorContext) => tf.Tensor | readonly tf.Tensor[];

/** An error for what cannot be computed as it is asked, with the node's name. */
export const refuse = (node: GraphNode, what: string): EngineError =>
  new EngineError(`TensorFlow.js cannot compute ${describeNode(node)}: ${what}; use the engine onnx`);

/** An axis counted from the front. */
export const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** Distances in memory between neighbours along each axis. */
export const stridesOf = (dims: readonly number[]): number[] =>
  dims.map((_, axis) => product(dims.slice(axis + 1)));
