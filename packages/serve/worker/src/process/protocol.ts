import type { Plan, StudyPlan } from '@espalier/queue';
import type {
  Environment,
  EpochRecord,
  Measured,
  Phase,
  SearchSpace,
  StudyHeader,
  StudyRequest,
  TrialRecord,
  TrialStatus,
} from '@espalier/study';

/** A backbone of a study that was added to its project. */
export interface AddedLocation {
  /** Name in reports. */
  readonly name: string;
  /** Reference on this machine: a reference to a hub, or a path. */
  readonly place: string;
  /** Whether the file was uploaded; its path on this machine is then not shown. */
  readonly isUpload: boolean;
}

/** Requests of the worker to its training process. */
export interface ChildFunctions {
  /** Opens the study; everything else comes behind it. */
  open(study: OpenStudy): Promise<void>;
  /** Reads what can be searched and probes the features. */
  plan(): Promise<StudyPlan>;
  trial(task: TrialTask): Promise<TaskEnd>;
  /** Writes model and report into the study's folder. */
  finish(task: FinishTask): Promise<FinishEnd>;
  /** Stops what is under way. */
  stop(): void;
}

/** Services of the worker for its training process. */
export interface ParentFunctions {
  /** Keeps an epoch, whose checkpoint lies in the study's folder. */
  record(record: EpochRecord): Promise<void>;
  /** Whether the trial ends after these epochs; null to train on. */
  decide(epochs: readonly EpochRecord[]): Promise<{ status: TrialStatus; reason: string } | null>;
  progress(phase: Phase, done: number, total: number): void;
  /** Segments of other machines that hold some of these activations. */
  findFeatures(space: string, keys: readonly string[]): Promise<readonly string[]>;
  /** Brings such a segment to a file of this machine; null where it cannot. */
  fetchActivations(space: string, name: string): Promise<string | null>;
  /** Shows other machines a segment of this one's. */
  publishActivations(space: string, file: string, keys: readonly string[]): Promise<void>;
}

export interface OpenStudy {
  /** Of this machine, for checkpoints, weights and results. */
  readonly folder: string;
  /** With the dataset's path on this machine. */
  readonly settings: StudyRequest;
  readonly environment: Environment;
  /** Null before the plan. */
  readonly space: SearchSpace | null;
  /** Backbones that were added to the study's project, by how the settings name them. */
  readonly added: Readonly<Record<string, AddedLocation>>;
  readonly elapsed: number;
  /** Whether machines give each other their activations. */
  readonly shares: boolean;
  /** Expected dataset and backbones; null before the plan. */
  readonly expected: Pick<Plan, 'data' | 'models'> | null;
}

export interface TrialTask {
  readonly trial: Pick<TrialRecord, 'role' | 'number' | 'configuration' | 'epochs'>;
  /** Most epochs. */
  readonly epochs: number;
  /** Seconds that it may take; null for no limit. */
  readonly seconds: number | null;
}

export interface TaskEnd {
  readonly status: TrialStatus;
  readonly reason: string;
  /** Whether a trial's best epoch has less validation loss than its start. */
  readonly improved?: boolean | undefined;
  /** Most bytes of memory of the process so far. */
  readonly memory: number;
}

export interface FinishTask {
  /** With what the user asked, not with this machine's paths. */
  readonly header: StudyHeader;
  readonly probes: Plan['probes'];
  readonly trials: readonly TrialRecord[];
  /** What networks cost, as far as it was measured. */
  readonly measured: Measured;
  readonly reason: string;
  readonly notes: readonly string[];
}

export interface FinishEnd {
  /** What networks cost, with what was measured now. */
  readonly measured: Measured;
}
