import type { TrainingGraphOptions } from '@espalier/autodiff';
import type { Model, Tensor, TensorData } from '@espalier/onnx';

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
}
