import { probeRecordSchema } from '@espalier/study';
import type { Database } from '@espalier/store';
import { z } from 'zod';
import type { ProbeShape } from './studies.js';

const toldSchema = z.object({ record: probeRecordSchema });

/**
 * The probes and baselines that a study has fitted so far, by their number. They are in its events, whether
 * workers do it or a command in a folder; what studies of earlier versions noted of a depth is left out.
 */
export async function readProbes({ client }: Database, studyId: string): Promise<ProbeShape[]> {
  const rows = await client.event.findMany({
    where: { studyId, kind: 'probed' },
    orderBy: { number: 'asc' },
    select: { data: true },
  });
  const probes = new Map<number, ProbeShape>();
  for (const { data } of rows) {
    const told = toldSchema.safeParse(data);
    // One that was fitted again after an interruption counts as it was last.
    if (told.success) probes.set(told.data.record.number, probeShape(told.data.record));
  }
  return [...probes.values()].sort((a, b) => a.number - b.number);
}

const probeShape = (record: z.infer<typeof probeRecordSchema>): ProbeShape => ({
  name: `${record.role}-${record.number}`,
  number: record.number,
  role: record.role,
  backbone: record.backbone,
  title: record.title,
  value: record.value,
  low: record.low,
  high: record.high,
  loss: record.loss,
  examples: record.examples,
  basis: record.basis,
  ...(record.scores && { scores: record.scores }),
});
