import type { TrainingGraphOptions } from '@espalier/autodiff';
import type { Model, Tensor, TensorData } from '@espalier/onnx';
import type { EngineError } from './errors.js';

/** The part to train, and how a step is compiled; rates and decay change from step to step. */
export interface TrainerSpec extends Omit<TrainingGraphOptions, 'model' | 'dims' | 'keepLayouts'> {
  /** Normalised; its first output is what the head reads, its first input what the cache holds. */
  readonly suffix: Model;
  /** The shapes that batches may have, at least one; a step is compiled for each when it is first used. */
  readonly buckets: readonly InputDims[];
  readonly batch: number;
}

/** Shape of one example of each input, without the batch. */
export type InputDims = Readonly<Record<string, readonly number[]>>;

/** Examples side by side, at most a batch; the trainer pads what is missing. */
export type Examples = Readonly<Record<string, TensorData>>;

export interface StepInput {
  readonly examples: Examples;
  /** Index of the shape the examples have; the first by default. */
  readonly bucket?: number;
  /** [batch, target width], from `crossEntropyTargets` or `squaredErrorTargets`. */
  readonly targets: Float32Array;
  /** Learning rate of each group. */
  readonly rates: readonly number[];
  /** 0 for trainers compiled without `decay`. */
  readonly weightDecay: number;
  /** Largest global gradient norm; for trainers compiled with `clip`. */
  readonly clip?: number;
  /** [batch, width], see `dropoutMask`; for trainers compiled with `dropout`. */
  readonly mask?: Float32Array;
}

export interface StepResult {
  readonly loss: number;
  /** Global gradient norm before clipping, where the trainer clips. */
  readonly norm: number | null;
}

/** Everything needed to go on exactly where training stood. */
export interface TrainerState {
  readonly step: number;
  /** Parameters by name, optimizer state by `stateName`; all in model layout. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** A compiled training step and the parameters it moves. Use from one caller at a time. */
export interface Trainer {
  readonly batch: number;
  /** Length of one example's feature vector, the width of the head. */
  readonly width: number;
  readonly targetWidth: number;
  readonly groupCount: number;
  /** Sets parameters (in model layout) and forgets the optimizer's state; all must be given. */
  reset(weights: ReadonlyMap<string, Tensor>): void;
  step(input: StepInput): Promise<StepResult>;
  /** Logits [rows, outputs] of up to a batch of examples of one bucket, without dropout. */
  evaluate(examples: Examples, rows: number, bucket?: number): Promise<Float32Array>;
  /** A copy of the parameters in model layout, head included. */
  weights(): Map<string, Tensor>;
  save(): TrainerState;
  restore(state: TrainerState): void;
  dispose(): Promise<void>;
}

/** Heads that train side by side on the same batches, each as a {@link Trainer} of a head alone would. */
export type HeadsSpec = Omit<TrainerSpec, 'groups' | 'headGroup' | 'decay' | 'anchored'>;

/** What a step of one head needs besides the examples. */
export interface HeadInput extends Pick<StepInput, 'targets' | 'weightDecay' | 'clip' | 'mask'> {
  readonly rate: number;
}

export interface HeadsInput extends Pick<StepInput, 'examples' | 'bucket'> {
  /** By name, one for each head there is; heads may share arrays. */
  readonly heads: ReadonlyMap<string, HeadInput>;
}

/** A head whose loss or gradient is no number fails for itself: its weights are unusable, those of others train on. */
export type HeadResult =
  ({ readonly kind: 'trained' } & StepResult) | { readonly kind: 'failed'; readonly error: EngineError };

/**
 * A compiled step of any number of heads, which are named, come and go. What a head becomes does not depend, to
 * the bit, on which others are beside it. Use from one caller at a time.
 */
export interface HeadsTrainer extends Pick<Trainer, 'batch' | 'width' | 'targetWidth'> {
  /** Names of the heads. */
  names(): string[];
  /** Adds a head, or begins it again, from weights in model layout. */
  reset(name: string, weights: ReadonlyMap<string, Tensor>): void;
  /** Adds or sets back a head; the state may come from a {@link Trainer} of a head alone. */
  restore(name: string, state: TrainerState): void;
  /** Trains every head by one step on the same examples. */
  step(input: HeadsInput): Promise<Map<string, HeadResult>>;
  /** Logits [rows, outputs] of each head for up to a batch of examples of one bucket, without dropout. */
  evaluate(examples: Examples, rows: number, bucket?: number): Promise<Map<string, Float32Array>>;
  /** A copy of a head's parameters in model layout. */
  weights(name: string): Map<string, Tensor>;
  save(name: string): TrainerState;
  /** Takes a head out; steps become shorter as heads leave. */
  drop(name: string): void;
  dispose(): Promise<void>;
}

/** A compiled forward pass of any batch size. */
export interface Forward {
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

/** A runtime for graphs. The ONNX Runtime engine is the default; others stand behind the same face. */
export interface Engine {
  readonly name: string;
  /** The device that it runs on, for reports. */
  readonly device: string;
  compileForward(model: Model): Promise<Forward>;
  /** @throws UnsupportedOperatorError where a trained part has an operator without a gradient rule */
  compileTrainer(spec: TrainerSpec): Promise<Trainer>;
  /** Compiles a step of many heads on the features that the suffix gives, all of which is frozen. */
  compileHeads(spec: HeadsSpec): Promise<HeadsTrainer>;
}
