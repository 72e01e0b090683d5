import type { HeadsFacts, HeadsGraphOptions, StepFacts } from '@espalier/autodiff';
import type { Tensor } from '@espalier/onnx';
import type { StepResult } from '../engine.js';
import type { TracedBucket } from './batch.js';

/** Parameters and the optimizer's state of each, as an engine holds them, by name. */
export interface Variables {
  /** A copy of `length` values from the one at `start`. */
  readonly read: (key: string, start: number, length: number) => Float32Array;
  /** Copies values in from the one at `start`. */
  readonly write: (key: string, start: number, values: Float32Array) => void;
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

/** How an engine holds tensors. */
export interface Holder<V extends Variables> {
  /** Makes variables of zeros, by their shapes. */
  readonly allocate: (shapes: ReadonlyMap<string, readonly number[]>) => V;
  /** Frees what compiled steps share. */
  readonly dispose: () => void;
}

/** The part of a trainer that differs from engine to engine: how it holds tensors, and how it runs a step. */
export interface TrainingBackend<V extends Variables> extends Holder<V> {
  readonly compile: (bucket: TracedBucket) => Promise<CompiledStep<V>>;
}

/** What a step of heads gives for each of them. */
export interface HeadResults {
  readonly losses: Float32Array;
  /** Null where gradients are not clipped. */
  readonly norms: Float32Array | null;
}

/** A step of so many heads that an engine has compiled. */
export interface CompiledHeads<V extends Variables> {
  readonly facts: HeadsFacts;
  /** Names of the inputs that the step has. */
  readonly reads: ReadonlySet<string>;
  /** @param given features, and what else the step reads besides the variables */
  readonly step: (variables: V, given: ReadonlyMap<string, Tensor>) => Promise<HeadResults>;
  /** Logits [heads, batch, outputs], which are the caller's to read before the next run. */
  readonly evaluate: (variables: V, features: Tensor) => Promise<Float32Array>;
  readonly dispose: () => Promise<void>;
}

/** As {@link TrainingBackend}, of heads that train side by side. */
export interface HeadsBackend<V extends Variables> extends Holder<V> {
  readonly compile: (options: HeadsGraphOptions) => Promise<CompiledHeads<V>>;
}
