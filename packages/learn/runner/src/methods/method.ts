import type { ScannedExample } from '@espalier/data';
import type { Model } from '@espalier/onnx';
import type { Configuration, TrialRecord } from '@espalier/study';
import type { PreparedBackbone } from '../backbone/backbone.js';
import type { Weights } from '../training/checkpoint.js';
import { StudyError } from '../errors.js';
import type { EmbeddedCard } from '../answer/export.js';
import type { RunHooks } from '../training/persisted.js';
import type { Session } from '../study/session.js';
import type { TrialOutcome } from '../training/trial.js';

/** A trial to train in the search. */
export interface MethodRun extends RunHooks {
  /** Names its files and its random draws. */
  readonly name: string;
  readonly configuration: Configuration;
  /** Number of the trial whose best weights it begins with; null where it begins with no other's. */
  readonly startedFrom: number | null;
  /** Most epochs. */
  readonly epochs: number;
}

/** A trial to train beside others. */
export interface BesideRun extends MethodRun {
  /** Whether it was decided before an interruption that it goes on behind its last epoch. */
  readonly goesOn: boolean;
  /** Told how it ended, as soon as it has. Its best weights are in the study's folder. */
  readonly end: (outcome: TrialOutcome) => Promise<void>;
}

/** Trains trials side by side, each as it is alone. */
export interface Together {
  /** What trials have in common that train side by side; null for one that trains for itself. */
  key(session: Session, configuration: Configuration): Promise<string | null>;
  /** Trains trials of one key, all of which have the same number of epochs behind them. */
  train(session: Session, runs: readonly [BesideRun, ...BesideRun[]]): Promise<void>;
}

/** What the answer learns from: all but the test split, everything, or of a trial what it learnt in the search. */
export type Scope = 'labelled' | 'everything' | 'searched';

/** A model that was fitted. */
export interface FittedModel {
  /** Class probabilities, [examples, classes]. */
  predict(examples: readonly ScannedExample[]): Promise<Float32Array>;
  /** The whole network. */
  model(): Model;
}

/** A trial with those that it goes back to, the first of them first. */
export interface Descended {
  readonly trial: TrialRecord;
  readonly ancestors: readonly TrialRecord[];
}

export type Members = readonly [Descended, ...Descended[]];

/** Trials whose weights are averaged (Wortsman et al., 2022), each trained as it is alone. */
export interface Soup {
  /** Whether the weights of two trials are of the same tensors. */
  goTogether(one: TrialRecord, other: TrialRecord): boolean;
  validate(session: Session, members: Members): Promise<Float32Array>;
  judge(session: Session, members: Members): Promise<Float32Array>;
  fit(session: Session, members: Members, scope: Scope): Promise<FittedModel>;
  /** The same as {@link TransferMethod.again} for all of them. */
  again(session: Session, members: Members, seed: number): Promise<Float32Array>;
}

/** How a configuration becomes a trained model. */
export interface TransferMethod {
  /**
   * Trains a trial on the training split. Each epoch is recorded, and the best weights are in the study's
   * folder when it returns.
   */
  train(session: Session, run: MethodRun): Promise<TrialOutcome>;
  /** The same for several trials at once; absent where each trains for itself. */
  readonly together?: Together;
  /** What a trial, as the search trained it, says of the validation split, [validation, classes]. */
  validate(session: Session, trial: TrialRecord): Promise<Float32Array>;
  /**
   * What a trial's configuration says of each labelled example when it has not learnt from it,
   * [labelled, classes].
   *
   * @throws RetrainingFailed where it cannot be trained on other examples
   */
  judge(session: Session, trial: Descended): Promise<Float32Array>;
  /**
   * What a trial's configuration says of the examples that judge when it is trained under another seed: where folds
   * judge, of each labelled example that it has not learnt from, else of the validation split. Absent where nothing
   * in its training is drawn by chance.
   *
   * @param seed from 2 on: that of the search is the first
   * @throws RetrainingFailed where it cannot be trained again
   */
  again?(session: Session, trial: Descended, seed: number): Promise<Float32Array>;
  /** Fits a trial's configuration on more examples. */
  fit(session: Session, trial: Descended, scope: Scope): Promise<FittedModel>;
  /** The same of several trials whose weights are averaged; absent where that makes no sense. */
  readonly soup?: Soup;
  /** The whole network of a trial's weights, as the search trained it. */
  assemble(prepared: PreparedBackbone, weights: Weights, card: EmbeddedCard): Model;
  /** The network that a configuration ends in, with weights that have learnt nothing. */
  untrained(session: Session, configuration: Configuration): Promise<Model>;
  /** Stages that a trial leaves as they are. */
  frozen(configuration: Configuration): number;
  /** What an answer by it costs beside one that is as good, and the risk of its training: 0 is least. */
  readonly cost: number;
  /** How far probabilities of the written file may be from those of the fitted parts. */
  readonly tolerance: number;
}

/** A configuration that trained once and diverged on other examples. */
export class RetrainingFailed extends StudyError {}
