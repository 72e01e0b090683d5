import {
  formerProbeSchema,
  probeRecordSchema,
  studySettingsSchema,
  type StudySettings,
} from '@espalier/runner';
import { searchSpaceSchema, type SearchSpace } from '@espalier/search';
import { z } from 'zod';

/** What reading a study's dataset and backbones showed. */
export const planSchema = z.strictObject({
  /** Hash of the dataset's contents and split. */
  data: z.string(),
  /** Fingerprint of each backbone, in the order of the space. */
  models: z.array(z.string()),
  /** How the backbones were named, where others were left out. */
  backbones: z.array(z.string()).nonempty().optional(),
  /** Those of plans of earlier versions are fitted again. */
  probes: z
    .array(z.union([probeRecordSchema, formerProbeSchema]))
    .transform((probes) => probes.filter((probe) => 'title' in probe)),
  /** Ids of the backbones that can be trained from random weights. */
  twins: z.array(z.string()),
  /** Most bytes of memory that a task of the study took so far. */
  memory: z.number().nonnegative(),
});
export type Plan = z.infer<typeof planSchema>;

/** What a study is asked, without the backbones that cannot be used, and what is known of it. */
export interface Asked {
  readonly settings: StudySettings;
  readonly space: SearchSpace | null;
  readonly plan: Plan | null;
}

export function readAsked(row: { settings: unknown; space: unknown; plan: unknown }): Asked {
  const settings = studySettingsSchema.parse(row.settings);
  const plan = row.plan === null ? null : planSchema.parse(row.plan);
  return {
    settings: { ...settings, backbones: plan?.backbones ?? settings.backbones },
    space: row.space === null ? null : searchSpaceSchema.parse(row.space),
    plan,
  };
}

/** Fingerprint of a backbone of a study's space; null for none that was planned. */
export function fingerprintOf(
  { plan, space }: Pick<Asked, 'plan' | 'space'>,
  backbone: string,
): string | null {
  const place = space?.backbones.findIndex(({ id }) => id === backbone) ?? -1;
  return plan?.models[place] ?? null;
}
