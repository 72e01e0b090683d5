import { modalitySchema } from '@espalier/transfer';
import { z } from 'zod';
import { configurationSchema } from '../search/space.js';
import { costsSchema, unitsSchema } from '../trials/costs.js';
import { probeScoresSchema } from '../trials/scores.js';
import { standingFields } from '../trials/standing.js';
import { epochRecordSchema, objectiveSchema, trialStatusSchema } from '../trials/trial.js';
import { checkReferences } from './references.js';
import { evaluationSchema, evidenceSchema, list } from './evaluation.js';

/** The version of report.json; reports of earlier versions are read, too. */
export const REPORT_VERSION = 3;

const environmentSchema = z.strictObject({
  node: z.string(),
  platform: z.string(),
  cpu: z.string(),
  cores: z.number().int(),
  engine: z.string(),
  device: z.string(),
});

const countsSchema = list(z.number().int().nonnegative());

const probeResultSchema = z.strictObject({ accuracy: z.number(), penalty: z.number() });

/** Probe results per depth in reports of earlier versions. */
const formerProbeSchema = z.strictObject({
  backbone: z.string(),
  freezeDepth: z.number().int().positive(),
  width: z.number().int().positive(),
  ridge: probeResultSchema,
  logistic: probeResultSchema,
});

/** A linear classifier on fixed features. */
const probeSchema = z.strictObject({
  number: z.number().int().nonnegative(),
  /** `baseline` reads nothing that was pre-trained. */
  role: z.enum(['probe', 'baseline']),
  backbone: z.string().nullable(),
  title: z.string(),
  width: z.number().int().positive(),
  penalty: z.number(),
  ...standingFields,
  seconds: z.number(),
  /** Reports of earlier versions have none. */
  scores: probeScoresSchema.optional(),
});

const entryKindSchema = z.enum(['baseline', 'probe', 'trial', 'soup', 'average']);

/** Baselines, probes, trials, soups of trials and averages, measured on the same examples. */
const entrySchema = z.strictObject({
  name: z.string(),
  kind: entryKindSchema,
  title: z.string(),
  /** Members of an average. */
  members: list(z.strictObject({ name: z.string(), share: z.number() })).optional(),
  /** Under how many seeds it was trained, and the least and most loss among them; absent for one. */
  seeds: z.strictObject({ count: z.number().int().min(2), low: z.number(), high: z.number() }).optional(),
  /** What it costs, by the names of the report's costs; absent where that was not measured. */
  costs: costsSchema.optional(),
  /** Names of the costs that are over their limits, for which it is not the answer. */
  over: list(z.string()).optional(),
  ...standingFields,
});

/** A cost of the leaderboard. */
const costSchema = z.strictObject({
  name: z.string(),
  label: z.string(),
  /** What it is, without a full stop. */
  help: z.string(),
  units: unitsSchema,
  /** Most that the answer may cost, in the first unit; null for no limit. */
  limit: z.number().nullable(),
  /** Whether the Pareto front weighs it. */
  weighed: z.boolean(),
});

/** Which examples chose something. */
const provenanceSchema = z.strictObject({
  what: z.string(),
  /** The examples, a noun for people. */
  by: z.string(),
  examples: z.number().int().nonnegative(),
});
export type Provenance = z.infer<typeof provenanceSchema>;

const datasetSchema = z.strictObject({
  name: z.string(),
  modality: modalitySchema.default('image'),
  path: z.string(),
  hash: z.string(),
  classes: list(z.string()),
  /** Examples of each class, in the order of the classes. */
  splits: z.strictObject({ train: countsSchema, validation: countsSchema, test: countsSchema }),
  corrupt: list(z.strictObject({ id: z.string(), reason: z.string() })),
  leaks: list(
    z.strictObject({
      a: z.string(),
      splitA: z.string(),
      b: z.string(),
      splitB: z.string(),
      distance: z.number(),
    }),
  ),
  /** Source of the classes; missing in older reports. */
  labelsFrom: z.string().nullable().default(null),
  notes: list(z.string()),
  imbalance: z.string().nullable(),
});

const backboneSchema = z.strictObject({
  id: z.string(),
  family: z.string(),
  licence: z.strictObject({
    spdx: z.string().min(1),
    commercialUse: z.enum(['allowed', 'forbidden', 'unknown']),
  }),
  /** Source of the network, for people. */
  source: z.string(),
  citation: z.string().nullable(),
  parameters: z.number().int(),
  hash: z.string(),
  stages: z.number().int(),
  freezeDepths: list(z.number().int()),
  notes: list(z.string()),
});

/** What made a difference in a search, and what random search would have found. */
const explanationSchema = z.strictObject({
  /** Share of the variance of what is expected that a dimension makes by itself, the largest first. */
  importance: list(z.strictObject({ name: z.string(), label: z.string(), share: z.number() })),
  /** Gains as the model of the trials sees them; null where too few have ended. */
  random: z
    .strictObject({ reached: z.number(), random: z.number(), low: z.number(), high: z.number() })
    .nullable(),
});

const searchSchema = z.strictObject({
  sampler: z.string(),
  pruner: z.string(),
  schedule: z.string(),
  optimizer: z.string(),
  /** The dimensions that were searched, with their names for people. */
  dimensions: list(z.strictObject({ name: z.string(), label: z.string() })),
  objective: objectiveSchema,
  trials: z.number().int(),
  /** Most epochs of a trial. */
  epochs: z.number().int(),
  /** Why the search ended. */
  reason: z.string(),
  /** Deviations from the request, such as the replacement of a plugin's sampler. */
  notes: list(z.string()).default([]),
  settings: z.record(z.string(), z.unknown()),
  /** Reports of earlier versions have none. */
  explanation: explanationSchema.optional(),
});

const trialSchema = z.strictObject({
  number: z.number().int().nonnegative(),
  configuration: configurationSchema,
  /** The values of the configuration as people read them, by the names of the dimensions. */
  written: z.record(z.string(), z.string()),
  /** Why the sampler chose it; absent where it did not say. */
  why: z.string().optional(),
  status: trialStatusSchema,
  /** Why it ended. */
  reason: z.string(),
  bestEpoch: z.number().int().nullable(),
  /** Of the best epoch. */
  metrics: z.record(z.string(), z.number()).nullable(),
  validationLoss: z.number().nullable(),
  seconds: z.number(),
  epochs: list(epochRecordSchema),
});

const baselinesSchema = z.strictObject({
  /** The best answer of a model that has seen the labels alone. */
  trivial: z.strictObject({ title: z.string(), value: z.number() }),
  /** The same network from random weights. */
  random: z
    .strictObject({
      learningRate: z.number(),
      epochs: list(epochRecordSchema),
      /** The metric on the validation and the test split. */
      validation: z.number(),
      test: z.number(),
      reason: z.string(),
    })
    .nullable(),
  /** Why there is no network from random weights. */
  randomNote: z.string().nullable(),
  /** The best that needs no pre-trained network, beside the best that uses one. */
  plain: z
    .strictObject({
      name: z.string(),
      title: z.string(),
      value: z.number(),
      /** How much better the network is. */
      difference: z.number(),
      low: z.number(),
      high: z.number(),
      asGood: z.boolean(),
      sentence: z.string(),
    })
    .nullable()
    .default(null),
});

/** What has changed since the study that this one grows. */
const growthReportSchema = z.strictObject({
  folder: z.string(),
  /** By their contents: of the earlier study, of this one, in both, in this one alone, in the earlier one alone. */
  examples: z.strictObject({
    before: z.number().int().nonnegative(),
    now: z.number().int().nonnegative(),
    found: z.number().int().nonnegative(),
    added: z.number().int().nonnegative(),
    gone: z.number().int().nonnegative(),
  }),
  classes: z.strictObject({ added: list(z.string()), gone: list(z.string()) }),
  /** The two answers on the test examples of both, in the report's metric; null where they cannot be compared. */
  test: z
    .strictObject({
      examples: z.number().int().positive(),
      before: z.number(),
      now: z.number(),
      /** How much better the new answer is, with its 95 % interval. */
      difference: z.number(),
      low: z.number(),
      high: z.number(),
    })
    .nullable(),
});
export type GrowthReport = z.infer<typeof growthReportSchema>;
/** When to use what, and how much data it takes. */
const adviceSchema = z.strictObject({
  about: z.enum(['method', 'similarity', 'avoid', 'labels', 'balance']),
  sentence: z.string(),
  /** The numbers that it rests on, by name. */
  because: z.record(z.string(), z.number()),
});
export type Advice = z.infer<typeof adviceSchema>;

/** How a probe does with less to learn from, and what more is expected to give it. */
const learningCurveSchema = z.strictObject({
  /** Its name on the leaderboard. */
  probe: z.string(),
  points: list(
    z.strictObject({
      examples: z.number().int().positive(),
      value: z.number(),
      low: z.number(),
      high: z.number(),
    }),
  ),
  /** By how much the metric is better with more examples, with the bounds of a 95 % interval. */
  expected: list(
    z.strictObject({
      examples: z.number().int().positive(),
      gain: z.number(),
      low: z.number(),
      high: z.number(),
    }),
  ),
});

/** A file in the report's own folder. */
const fileName = z.string().regex(/^(?!\.{1,2}$)[^/\\\0]+$/, 'a file name without a folder');

const verdictOf = <const K extends readonly [string, ...string[]]>(kinds: K) =>
  z.strictObject({ kind: z.enum(kinds), sentence: z.string() });

/** Schema of report.json, from which the report, the card and the charts are made. */
export const studyReportSchema = z
  .strictObject({
    version: z.literal(REPORT_VERSION),
    espalier: z.string(),
    createdAt: z.string(),
    /** Origin of the study: a command, or a description for a study of a server. */
    command: z.string(),
    origin: z.enum(['command', 'server']).default('command'),
    /** The study's folder; null where it has none that lasts. */
    resume: z.string().nullable(),
    seed: z.number().int(),
    task: z.string(),
    /** Metric of the leaderboard, the estimate and the baselines. */
    metric: objectiveSchema,
    environment: environmentSchema,
    dataset: datasetSchema,
    backbones: list(backboneSchema),
    search: searchSchema,
    probes: list(z.union([probeSchema, formerProbeSchema])).default([]),
    /** By loss, the least first; reports of earlier versions have none. */
    leaderboard: list(entrySchema).default([]),
    /** Those that were measured; reports of earlier versions have none. */
    costs: list(costSchema).default([]),
    /** Lines of the leaderboard that no other beats in metric and weighed costs together. */
    front: list(z.string()).default([]),
    trials: list(trialSchema),
    best: z.strictObject({
      /** The trial that is the answer or a part of it; null where a probe or a baseline is. */
      trial: z.number().int().nonnegative().nullable(),
      /** Name of the answer on the leaderboard; reports of earlier versions name only the trial. */
      name: z.string().optional(),
      kind: entryKindSchema.default('trial'),
      title: z.string().optional(),
      /** The network it reads; null where it needs none. */
      backbone: z.string().nullable().optional(),
      /** Expected scores on fresh examples, corrected for the choice among many. */
      estimate: z.strictObject({ value: z.number(), low: z.number(), high: z.number() }).optional(),
      /** Whether the written model has learnt from the test split as well, and of how many examples in all. */
      everything: z.boolean().default(false),
      learntFrom: z.number().int().positive().optional(),
      /** Which classes the model never answers, a sentence; absent where it answers all. */
      neverAnswers: z.string().optional(),
      train: evaluationSchema,
      validation: evaluationSchema,
      test: evaluationSchema,
    }),
    /** Reports of older versions have none. */
    evidence: evidenceSchema.optional(),
    /** Which examples chose what; reports of earlier versions do not say. */
    provenance: list(provenanceSchema).default([]),
    baselines: baselinesSchema,
    /** Only of a study that grows an earlier one. */
    growth: growthReportSchema.optional(),
    verdicts: z.strictObject({
      transfer: verdictOf(['helps', 'negative-transfer', 'unclear', 'untested']),
      overfitting: verdictOf(['none', 'overfitting', 'memorised']),
      licence: verdictOf(['allowed', 'forbidden', 'unknown']),
    }),
    /** Reports of earlier versions have none. */
    advice: list(adviceSchema).default([]),
    /** Null where there were too few examples for one, or no time; absent in reports of earlier versions. */
    learningCurve: learningCurveSchema.nullable().default(null),
    /** Relative to the report's folder. */
    files: z.strictObject({ model: fileName, preprocessing: fileName, card: fileName }),
    seconds: z.number(),
  })
  .superRefine(checkReferences);

export type StudyReport = z.infer<typeof studyReportSchema>;
export type Evidence = NonNullable<StudyReport['evidence']>;
export type ReportedCost = StudyReport['costs'][number];
export type ReportedTrial = StudyReport['trials'][number];
export type ReportedBackbone = StudyReport['backbones'][number];
