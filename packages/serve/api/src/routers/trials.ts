import type { Prisma } from '@espalier/store';
import { trialRoleSchema, type TrialRole } from '@espalier/study';
import { z } from 'zod';
import { page } from '../answers/common.js';
import { curve, trial, trialShape as trialAnswer } from '../answers/studies.js';
import { decodeCursor, pageInput, pageOf } from '../inputs/paging.js';
import { metricShape, trialShape } from '../answers/shapes.js';
import { notFound, router, viewerProcedure } from '../trpc.js';
import { requireStudy, visible } from './visible.js';

const id = z.uuid();

/** Trials whose curves are given at once. */
const MOST_CURVES = 100;

/** Trials behind one, in the order of {@link trials}' list. */
function behind(
  [role, number]: readonly [TrialRole, number],
  order: 'first' | 'last',
): Prisma.TrialWhereInput[] {
  const same = { role, number: order === 'first' ? { gt: number } : { lt: number } };
  const [earlier, later] =
    order === 'first' ? (['baseline', 'searched'] as const) : (['searched', 'baseline'] as const);
  return role === earlier ? [same, { role: later }] : [same];
}

export const trials = router({
  list: viewerProcedure
    .meta({
      about: 'Lists trials, the first or the last ones first; baselines come before those of the search',
    })
    .output(page(trialAnswer))
    .input(
      pageInput.extend({
        studyId: id,
        role: trialRoleSchema.optional(),
        order: z.enum(['first', 'last']).default('first'),
        limit: z.number().int().min(1).max(1000).default(100),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { studyId, limit, order, role } = input;
      const study = await requireStudy(ctx, ctx.access, studyId);
      const from = decodeCursor(input.cursor, z.tuple([trialRoleSchema, z.int32()]));
      const where: Prisma.TrialWhereInput = { studyId, ...(role !== undefined && { role }) };
      const rows = await ctx.database.client.trial.findMany({
        where: { ...where, ...(from !== null && { OR: behind(from.key, order) }) },
        orderBy:
          order === 'first' ? [{ role: 'desc' }, { number: 'asc' }] : [{ role: 'asc' }, { number: 'desc' }],
        take: limit + 1,
      });
      return pageOf(
        rows,
        limit,
        (row) => ({ key: [row.role, row.number], id: row.id }),
        (row) => trialShape(row, study),
      );
    }),

  leaderboard: viewerProcedure
    .meta({
      about: 'Ranks trials by validation loss, which probes are compared by too, then by the objective',
    })
    .output(z.array(trialAnswer))
    .input(z.object({ studyId: id, limit: z.number().int().min(1).max(100).default(20) }))
    .query(async ({ ctx, input }) => {
      const study = await requireStudy(ctx, ctx.access, input.studyId);
      const rows = await ctx.database.client.trial.findMany({
        where: { studyId: input.studyId, role: 'searched', bestGain: { not: null } },
        orderBy: [{ bestLoss: 'asc' }, { bestGain: 'desc' }, { number: 'asc' }],
        take: input.limit,
      });
      return rows.map((row) => trialShape(row, study));
    }),

  get: viewerProcedure
    .meta({ about: 'Gives a trial with its epochs, and why things were done to it' })
    .output(trial)
    .input(z.object({ id }))
    .query(async ({ ctx: { database, access }, input }) => {
      const row = await database.client.trial.findFirst({
        where: { id: input.id, study: visible(access) },
        include: {
          study: { select: { state: true, objective: true } },
          metrics: { orderBy: { epoch: 'asc' } },
          decisions: { orderBy: { createdAt: 'asc' } },
        },
      });
      if (row === null) throw notFound('trial');
      return {
        ...trialShape(row, row.study),
        why: row.why,
        epochs: row.metrics.map(metricShape),
        decisions: row.decisions.map(({ kind, text }) => ({ kind, text })),
      };
    }),

  curves: viewerProcedure
    .meta({
      about: "Gives the learning curves of a study's newest trials, or of those of the search that are named",
    })
    .output(z.array(curve))
    .input(z.object({ studyId: id, numbers: z.array(z.int32()).max(MOST_CURVES).optional() }))
    .query(async ({ ctx, input }) => {
      const { studyId, numbers } = input;
      await requireStudy(ctx, ctx.access, studyId);
      const which: Prisma.TrialWhereInput =
        numbers === undefined ? {} : { role: 'searched', number: { in: numbers } };
      const rows = await ctx.database.client.trial.findMany({
        where: { studyId, ...which },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: MOST_CURVES,
        select: { role: true, number: true, backbone: true, metrics: { orderBy: { epoch: 'asc' } } },
      });
      return rows.map(({ role, number, backbone, metrics }) => ({
        role,
        number,
        backbone,
        epochs: metrics.map(metricShape),
      }));
    }),
});
