import { probeNames, type ProbeName, type ProbeResult } from '@espalier/search';
import { z } from 'zod';

/** What linear classifiers reach on the frozen features of one depth. */
export interface ProbeRecord {
  readonly backbone: string;
  readonly freezeDepth: number;
  /** Numbers an example, after pooling. */
  readonly width: number;
  readonly results: Readonly<Record<ProbeName, ProbeResult>>;
}

export const probeRecordSchema: z.ZodType<ProbeRecord> = z.strictObject({
  backbone: z.string(),
  freezeDepth: z.number().int().positive(),
  width: z.number().int().positive(),
  results: z.record(z.enum(probeNames), z.strictObject({ accuracy: z.number(), penalty: z.number() })),
});
