import type { StepFacts } from '@espalier/autodiff';
import type { Tensor } from '@espalier/onnx';
import type { StepResult } from '../engine.js';
import type { TracedBucket } from './batch.js';

/** Parameters and the optimizer's state of each, as an engine holds them, by name. */
export interface Variables {
  /** A copy of the values. */
  readonly read: (key: string) => Float32Array;
  /** Copies values in. */
  readonly write: (key: string, values: Float32Array) => void;
  readonly dispose: () => void;
}

/** A step that an engine has compiled for one shape of batches. */
export interface CompiledStep<V extends Variables> {
  readonly facts: StepFacts;
  /** Names of the inputs that the step has. */
  readonly reads: ReadonlySet<string>;
  /**
   * Moves the variables by one step on the bucket's batch.
   *
   * @param given what the step reads besides the batch and the variables
   */
  readonly step: (variables: V, given: ReadonlyMap<string, Tensor>) => Promise<StepResult>;
  /** Logits [batch, outputs] of the bucket's batch, which are the caller's to read before the next run. */
  readonly evaluate: (variables: V) => Promise<Float32Array>;
  readonly dispose: () => Promise<void>;
}

/** The part of a trainer that differs from engine to engine: how it holds tensors, and how it runs a step. */
export interface TrainingBackend<V extends Variables> {
  readonly compile: (bucket: TracedBucket) => Promise<CompiledStep<V>>;
  /** Makes variables of zeros, by their shapes. */
  readonly allocate: (shapes: ReadonlyMap<string, readonly number[]>) => V;
  /** Frees what compiled steps share. */
  readonly dispose: () => void;
}
