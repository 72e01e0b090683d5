import type { Database } from '@espalier/store';
import pLimit from 'p-limit';
import { z } from 'zod';
import { storable } from '../inputs/texts.js';

export const outcomesSchema = z.array(
  z.strictObject({
    name: z.string(),
    /** `skipped` where an earlier one left nothing to try it on. */
    state: z.enum(['passed', 'failed', 'skipped']),
    /** Reason for the failure, for people. */
    reason: z.string().nullable(),
  }),
);
export type CheckOutcome = Readonly<z.infer<typeof outcomesSchema>[number]>;

/** Makes every check of a backbone, which may take minutes and everything that a process can take. */
export type CheckBackbone = (
  reference: string,
  options: { readonly signal: AbortSignal },
) => Promise<{ readonly version: string; readonly checks: readonly CheckOutcome[] }>;

/** Latest or running check of a backbone. */
export interface BackboneCheck {
  readonly state: 'waiting' | 'running' | 'passed' | 'failed';
  readonly checks: readonly CheckOutcome[];
  /** Reason why there is no outcome; null if there is one. */
  readonly reason: string | null;
  /** Espalier's, whose suite it was. */
  readonly version: string | null;
  readonly endedAt: string | null;
}

/** Checks backbones, one after the other. */
export interface Checks {
  /** Begins as soon as those before are done; one that is under way or waits is not begun again. */
  begin(reference: string): Promise<void>;
  /** Checks by reference. */
  found(references: readonly string[]): Promise<ReadonlyMap<string, BackboneCheck>>;
  close(): Promise<void>;
}

interface ChecksOptions {
  readonly database: Database;
  readonly check: CheckBackbone;
  readonly onFailure: (error: unknown, what: string) => void;
}

const ENDED = 'the server ended while the backbone was checked; check it again';

export function createChecks({ database, check, onFailure }: ChecksOptions): Checks {
  const { backboneCheck: table } = database.client;
  const underWay = new Map<string, Promise<void>>();
  const stop = new AbortController();
  const oneAtATime = pLimit(1);
  const recovered = table
    .updateMany({
      where: { state: { in: ['waiting', 'running'] } },
      data: { state: 'failed', reason: ENDED },
    })
    .catch((error: unknown) => onFailure(error, 'checks of backbones that were left'));

  const run = async (id: string): Promise<void> => {
    try {
      stop.signal.throwIfAborted();
      await table.update({ where: { id }, data: { state: 'running' } });
      const { version, checks } = await check(id, { signal: stop.signal });
      const state = checks.every((one) => one.state === 'passed') ? 'passed' : 'failed';
      const data = {
        state,
        version,
        checks: storable(checks.map((one) => ({ ...one }))),
        endedAt: new Date(),
      } as const;
      await table.update({ where: { id }, data });
    } catch (error) {
      const reason = stop.signal.aborted ? ENDED : storable((error as Error).message);
      await table.update({ where: { id }, data: { state: 'failed', reason, endedAt: new Date() } });
    }
  };
  return {
    begin: async (id) => {
      await recovered;
      if (underWay.has(id)) return;
      const begun = (async () => {
        const data = { state: 'waiting', checks: [], reason: null, version: null, endedAt: null } as const;
        await table.upsert({ where: { id }, create: { id, ...data }, update: data });
      })();
      const done = begun
        .then(() => oneAtATime(() => run(id)))
        .catch((error: unknown) => onFailure(error, `check of ${id}`))
        .finally(() => underWay.delete(id));
      underWay.set(id, done);
      await begun;
    },
    found: async (references) => {
      const rows = await table.findMany({ where: { id: { in: [...references] } } });
      return new Map(
        rows.map(({ id, state, checks, reason, version, endedAt }) => [
          id,
          {
            ...{ state, reason, version, checks: outcomesSchema.parse(checks) },
            endedAt: endedAt?.toISOString() ?? null,
          },
        ]),
      );
    },
    close: async () => {
      await recovered;
      stop.abort();
      await Promise.all(underWay.values());
    },
  };
}
