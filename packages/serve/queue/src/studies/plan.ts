import {
  formerProbeSchema,
  formerRequest,
  formerSpace,
  objectiveSchema,
  probeRecordSchema,
  searchSpaceSchema,
  studyRequestSchema,
  type Objective,
  type SearchSpace,
  type StudyRequest,
} from '@espalier/study';
import { datasetFactsSchema, earlierTrialSchema } from '@espalier/study/experience';
import { z } from 'zod';

/** Facts of a study's dataset and backbones. */
export const planSchema = z.preprocess(
  formerPlan,
  z.strictObject({
    /** Hash of the dataset's contents and split. */
    data: z.string(),
    /** Fingerprint of each backbone, in the order of the space. */
    models: z.array(z.string()),
    /** References of the backbones, if others were left out. */
    backbones: z.array(z.string()).nonempty().optional(),
    /** Those of plans of earlier versions are fitted again. */
    probes: z
      .array(z.union([probeRecordSchema, formerProbeSchema]))
      .transform((probes) => probes.filter((probe) => 'title' in probe)),
    /** Seconds that the features of the first probe took; plans of earlier versions do not say. */
    featured: z.number().nonnegative().optional(),
    /** What is known of the examples; plans of earlier versions do not say. */
    dataset: datasetFactsSchema.optional(),
    /** What the search learns from earlier studies of its project; nothing where it is absent. */
    experience: z.array(earlierTrialSchema).optional(),
    /** Ids of the backbones that can be trained as a whole, and so from random weights. */
    trainable: z.array(z.string()),
    /** Most bytes of memory that a task of the study took so far. */
    memory: z.number().nonnegative(),
  }),
);
export type Plan = z.infer<typeof planSchema>;

/** Version 1 called the backbones that can be trained as a whole twins. */
function formerPlan(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || !('twins' in given)) return given;
  const { twins, ...plan } = given;
  return { ...plan, trainable: twins };
}

/** The request of a study without the unusable backbones, and the known facts. */
export interface StudyInput {
  readonly settings: StudyRequest;
  readonly objective: Objective;
  readonly space: SearchSpace | null;
  readonly plan: Plan | null;
}

/** Reads what a row of a study says, which may be of an earlier version. */
export function readAsked(
  row: Readonly<Record<'settings' | 'space' | 'plan' | 'objective', unknown>>,
): StudyInput {
  const settings = readRequest(row.settings);
  const plan = row.plan === null ? null : planSchema.parse(row.plan);
  return {
    settings: { ...settings, backbones: plan?.backbones ?? settings.backbones },
    objective: objectiveSchema.parse(row.objective),
    space: row.space === null ? null : searchSpaceSchema.parse(formerSpace(row.space)),
    plan,
  };
}

/** Reads settings that were kept, of this version or an earlier one. @throws z.ZodError */
export const readRequest = (settings: unknown): StudyRequest =>
  studyRequestSchema.parse(formerRequest(settings));

/** Fingerprint of a backbone of a study's space; null for none that was planned. */
export function fingerprintOf(
  { plan, space }: Pick<StudyInput, 'plan' | 'space'>,
  backbone: string,
): string | null {
  const place = space?.backbones.findIndex(({ id }) => id === backbone) ?? -1;
  return plan?.models[place] ?? null;
}
