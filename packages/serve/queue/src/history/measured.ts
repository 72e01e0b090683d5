import { costsSchema, type Measured } from '@espalier/study';
import type { Transaction } from '@espalier/store';
import { z } from 'zod';
import { happen } from './history.js';

const eventSchema = z.looseObject({ network: z.string(), costs: costsSchema });

/** What the networks of a study cost, as far as its history has it. */
export async function readMeasured(tx: Pick<Transaction, 'event'>, studyId: string): Promise<Measured> {
  const rows = await tx.event.findMany({
    where: { studyId, kind: 'measured' },
    orderBy: { number: 'asc' },
    select: { data: true },
  });
  return Object.fromEntries(
    rows.map(({ data }) => {
      const { network, costs } = eventSchema.parse(data);
      return [network, costs] as const;
    }),
  );
}

/** Adds to the history of a study what networks cost; what it has already stays. */
export async function keepMeasured(tx: Transaction, studyId: string, measured: Measured): Promise<void> {
  for (const [network, costs] of Object.entries(measured))
    await happen(tx, studyId, { type: 'measured', network, costs });
}
