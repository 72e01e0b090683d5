import type { LabelKind } from '@espalier/data';
import type { Groups, Predictions } from '@espalier/metrics';
import type { Graph } from '@espalier/onnx';
import type { TaskEvaluation } from '@espalier/study';

/** What the labels of a dataset are. */
export interface Labels {
  /** What each number that stands for a label is called. */
  readonly names: readonly string[];
  /** How much an example of each label counts; null where all count alike. */
  readonly weights: readonly number[] | null;
}

export interface TargetOptions {
  readonly labels: Labels;
  /** 0 is none. */
  readonly labelSmoothing: number;
}

/** Nodes that read the head's outputs, and the weights that they need. */
export type Decoding = Pick<Graph, 'nodes' | 'initializers'>;

/** Measurements that only one task has; a report shows each in a section of its own. */
export type Details = Pick<TaskEvaluation, 'classification'>;

export interface TrivialBaseline {
  /** For tables: `Always "cat"`. */
  readonly title: string;
  /** For sentences: "always answering with the most frequent class". */
  readonly words: string;
  /** Its answers on the test split. */
  readonly predictions: Predictions;
}

/** A label and its probability, 0..1. */
export interface Score {
  readonly label: string;
  readonly probability: number;
}

/** A kind of question that a study answers about each example. */
export interface Task {
  /** How labels are read, checked and spread over the splits. */
  readonly labels: LabelKind;
  /** Names of the metrics that are measured after each epoch; the search compares trials by the first, unless the study names another. */
  readonly metrics: readonly [string, ...string[]];
  /** Numbers that the head gives for an example. */
  readonly outputs: (labels: Labels) => number;
  /** The loss that a training step lowers, by its name. */
  readonly loss: string;
  /**
   * Targets of a batch, as the loss takes them.
   *
   * @param labels of the examples, at most `rows`; the rows left over are padding and count nothing
   */
  readonly targets: (labels: readonly number[], rows: number, options: TargetOptions) => Float32Array;
  /** The probability of each label, [examples, labels], by what the head gives, [examples, outputs]. */
  readonly decode: (outputs: Float32Array, labels: Labels) => Float32Array;
  /** The answer about one example, the likeliest label first. @param probabilities of the labels, in order */
  readonly answer: (probabilities: Float32Array, names: readonly string[]) => Score[];
  /** The same as {@link Task.decode} in a graph, from one tensor to another; null for a softmax, which every head ends in unless told. */
  readonly decoding: ((outputs: string, probabilities: string, labels: Labels) => Decoding) | null;
  /** Whether a trial begins with the head of the fitted probe, rather than with one that knows nothing. */
  readonly beginsFitted: boolean;
  /** Mean loss of predictions, by which epochs and trials are ranked. */
  readonly meanLoss: (predictions: Predictions) => number;
  /** The loss of each example. */
  readonly losses: (predictions: Predictions) => Float64Array;
  /** Measurements of an answer beside its metrics. @param groups of the examples, such as their speakers */
  readonly details: (predictions: Predictions, groups?: Groups) => Details;
  /** The best answer of a model that has seen the labels alone. */
  readonly trivial: (train: readonly number[], test: readonly number[], labels: Labels) => TrivialBaseline;
}
