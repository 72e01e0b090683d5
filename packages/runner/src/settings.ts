import { policies, type PolicyName } from '@espalier/data';
import { engineNames, foreignOption, providers } from '@espalier/engine';
import { numberDimensionSchema, scheduleNames, searchSpaceSchema } from '@espalier/search';
import { faultOf } from '@espalier/transfer';
import { z } from 'zod';

const policyNames = [...new Set(Object.values(policies).flat())] as [PolicyName, ...PolicyName[]];

/** How every trial of a study is trained, apart from what the search varies. */
export const trainingSettingsSchema = z.strictObject({
  /** Examples a step. */
  batch: z.number().int().min(1).max(4096).default(32),
  optimizer: z.enum(['adamw', 'sgd']).default('adamw'),
  schedule: z.enum(scheduleNames).default('cosine'),
  labelSmoothing: z.number().min(0).lt(1).default(0.05),
  /** Dropout before the head. */
  dropout: z.number().min(0).lt(1).default(0.1),
  /** Learning rate of the pre-trained stages as a share of the head's; by default smaller for larger networks. */
  stageRate: z.number().positive().max(1).optional(),
  /** Steps that an epoch has at least: small sets are gone through several times in one. */
  leastSteps: z.number().int().min(1).max(1000).default(16),
  /** Largest global gradient norm. */
  clip: z.number().positive().default(5),
  /** `balanced` weighs classes inversely to their frequency. */
  /** `auto` counts classes alike where the largest has more than ten times the examples of the smallest. */
  classWeights: z.enum(['auto', 'none', 'balanced']).default('auto'),
  /** Augmentation views cached for each training example, the plain one included. */
  views: z.number().int().min(1).max(64).default(4),
  /** Epochs without a better validation accuracy after which a trial ends; null never. */
  patience: z.number().int().min(1).nullable().default(5),
});
export type TrainingSettings = z.infer<typeof trainingSettingsSchema>;

/** Everything a study is asked; with the dataset's files and the backbones' it decides the result. */
const plainSettingsSchema = z.strictObject({
  /** What began the study, for the report: a command, or words for a study of a server. */
  command: z.string(),
  origin: z.enum(['command', 'server']).default('command'),
  dataset: z.strictObject({
    path: z.string(),
    /** What people call it; by default the name of its file or folder. */
    name: z.string().min(1).optional(),
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
  }),
  /** How each backbone was named. */
  backbones: z.array(z.string()).nonempty(),
  commercial: z.boolean().default(false),
  seed: z.number().int().nonnegative().default(0),
  /** One that comes along, or a plugin's: which there are differs from machine to machine. */
  sampler: z.string().min(1).default('tpe'),
  pruner: z.string().min(1).default('asha'),
  /** Freeze depths to search; chosen for each backbone when absent. */
  freezeDepths: z.array(z.number().int().nonnegative()).nonempty().optional(),
  learningRate: numberDimensionSchema.default({ kind: 'logUniform', low: 3e-4, high: 1e-2 }),
  layerDecay: numberDimensionSchema.default({ kind: 'choices', values: [0.7, 0.85, 1] }),
  weightDecay: numberDimensionSchema.default({ kind: 'choices', values: [0.01, 0.05] }),
  /** Of the dataset's modality; its usual ones when absent. */
  augmentation: z.array(z.enum(policyNames)).nonempty().optional(),
  training: trainingSettingsSchema.prefault({}),
  budget: z
    .strictObject({
      trials: z.number().int().positive().nullable().default(12),
      epochs: z.number().int().positive().default(10),
      totalEpochs: z.number().int().positive().nullable().default(null),
      seconds: z.number().positive().nullable().default(null),
    })
    .prefault({}),
  /** Whether the written model learns from the test split too; by default where there is little to learn from. */
  useEverything: z.boolean().optional(),
  /** Whether the same network is also trained from random weights, to guard against negative transfer. */
  scratch: z.boolean().default(true),
  /** Learning rates the twin is tried with; its best by validation counts. */
  scratchRates: z.array(z.number().positive()).nonempty().default([1e-3]),
  cache: z.strictObject({ folder: z.string(), bytes: z.number().int().positive() }),
  engine: z
    .strictObject({
      /** What computes; studies of older versions name none. */
      name: z.enum(engineNames).default('onnx'),
      provider: z.enum(providers).default('cpu'),
      threads: z.number().int().positive().optional(),
    })
    .prefault({}),
});
/**
 * The same with what concerns several pieces: the dimensions have to make a search space, of which
 * only the backbones and their depths are not known yet.
 */
export const studySettingsSchema = plainSettingsSchema.superRefine((settings, context) => {
  const { learningRate, layerDecay, weightDecay, augmentation = ['none'], engine } = settings;
  const backbones = [{ id: 'any', freezeDepths: [0] }];
  const dimensions = { backbones, learningRate, layerDecay, weightDecay, augmentation };
  for (const issue of searchSpaceSchema.safeParse(dimensions).error?.issues ?? []) {
    context.addIssue({ code: 'custom', path: [...issue.path], message: faultOf(issue) });
  }
  const foreign = foreignOption(engine.name, {
    provider: engine.provider,
    ...(engine.threads !== undefined && { threads: engine.threads }),
  });
  if (foreign !== null) context.addIssue({ code: 'custom', path: ['engine', 'name'], message: foreign });
});
export type StudySettings = z.infer<typeof studySettingsSchema>;
