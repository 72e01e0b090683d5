import { z } from 'zod';
import { rangesSchema } from '../search/space.js';

/** Training settings that are the same for every trial of a study. */
export const trainingRequestSchema = z.strictObject({
  optimizer: z.string().min(1).default('adamw'),
  schedule: z.string().min(1).default('cosine'),
  /** Learning rate of the pre-trained stages as a share of the head's; by default smaller for larger networks. */
  stageRate: z.number().positive().max(1).optional(),
  /** Steps that an epoch has at least: small sets are gone through several times in one. */
  leastSteps: z.number().int().min(1).max(1000).default(16),
  /** Largest global gradient norm. */
  clip: z.number().positive().default(5),
  /** `auto` counts classes alike where the largest has more than ten times the examples of the smallest. */
  classWeights: z.enum(['auto', 'none', 'balanced']).default('auto'),
  /** Augmentation views cached for each training example, the plain one included. */
  views: z.number().int().min(1).max(64).default(4),
  /** Epochs without a better objective after which a trial ends; null for never. */
  patience: z.number().int().min(1).nullable().default(5),
});
export type TrainingRequest = z.infer<typeof trainingRequestSchema>;

/** Path, columns and split of the examples (shares are 0..1). */
export const datasetRequestSchema = z.strictObject({
  path: z.string(),
  /** For people; by default the name of its file or folder. */
  name: z.string().min(1).optional(),
  /** How it lies on the disk: a layout that comes along, or a plugin's; looked at where it is absent. */
  layout: z.string().min(1).optional(),
  /** Whether the first line of a CSV or TSV table names the columns; looked at where it is absent. */
  header: z.boolean().optional(),
  imageColumn: z.string().optional(),
  audioColumn: z.string().optional(),
  textColumn: z.string().optional(),
  labelColumn: z.string().optional(),
  groupColumn: z.string().optional(),
  groupPattern: z.string().optional(),
  validation: z.number().gt(0).lt(1).default(0.15),
  test: z.number().gt(0).lt(1).default(0.15),
  maxCorruptFraction: z.number().min(0).max(1).default(0.05),
  dropSmallClasses: z.boolean().optional(),
});

export const budgetRequestSchema = z.strictObject({
  trials: z.number().int().positive().nullable().default(12),
  /** Most epochs of a trial. */
  epochs: z.number().int().positive().default(10),
  /** Most epochs of all trials together. */
  totalEpochs: z.number().int().positive().nullable().default(null),
  seconds: z.number().positive().nullable().default(null),
  /** Whether trials go on where another is expected to gain nothing that the labelled examples could tell. */
  exhaust: z.boolean().default(false),
});

/**
 * Everything that is asked of a study; with the dataset's files and the backbones' it decides the result.
 * Nothing in it is of the machine that does it.
 */
export const studyRequestSchema = z.strictObject({
  /** Origin of the study, for the report: a command, or a description for a study of a server. */
  command: z.string(),
  origin: z.enum(['command', 'server']).default('command'),
  dataset: datasetRequestSchema,
  /** Folder of a finished study that this one grows; none by default. */
  from: z.string().min(1).optional(),
  /** Reference of each backbone. */
  backbones: z.array(z.string()).nonempty(),
  /** What is asked of each example. */
  task: z.string().min(1).default('classification'),
  /** The metric by which the search compares trials; by default the task's own. The answer is chosen by the loss. */
  objective: z.string().min(1).optional(),
  /** Most that the answer may cost, by the names of the costs, each in its first unit; nothing by default. */
  limits: z.record(z.string().min(1), z.number().positive()).optional(),
  /** Costs that the search weighs beside the objective; none by default. */
  also: z.array(z.string().min(1)).optional(),
  commercial: z.boolean().default(false),
  seed: z.number().int().nonnegative().default(0),
  /** One that comes along, or a plugin's: which there are differs from machine to machine. */
  sampler: z.string().min(1).default('transfer'),
  pruner: z.string().min(1).default('asha'),
  /** Ranges of the dimensions that are not searched as they usually are. */
  space: rangesSchema.default({}),
  training: trainingRequestSchema.prefault({}),
  budget: budgetRequestSchema.prefault({}),
  /** Whether the written model learns from the test split too; by default where there is little to learn from. */
  useEverything: z.boolean().optional(),
  /**
   * Folds on which everything is compared; 0 for the validation split alone. By default 5 for up to 2,000 labelled
   * examples, and 0 for more.
   */
  folds: z
    .number()
    .int()
    .min(0)
    .max(20)
    .refine((folds) => folds !== 1, 'one fold leaves nothing to learn from; name 0, or 2 to 20')
    .optional(),
  /** Seeds under which the trials that may be the answer are trained; by default that of the search alone. */
  seeds: z.number().int().min(1).max(10).optional(),
  /** Whether the same network is also trained from random weights, to guard against negative transfer. */
  baseline: z.boolean().default(true),
  /** Learning rates that this baseline is tried with; its best by validation counts. */
  baselineRates: z.array(z.number().positive()).nonempty().default([1e-3]),
  engine: z
    .strictObject({
      name: z.string().min(1).default('onnx'),
      /** The kind of device that it takes. */
      provider: z.string().min(1).default('cpu'),
    })
    .prefault({}),
});
export type StudyRequest = z.infer<typeof studyRequestSchema>;
